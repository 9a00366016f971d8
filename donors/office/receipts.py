"""The treasurer's list of tax receipts and the page of one receipt."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import InspectView
from wagtail.admin.widgets.button import BaseButton, HeaderButton

from donors.accounting.receipt_rows import receipt_table, receipts_in_site_mode, with_document
from donors.accounting.table import Table
from donors.office.columns import day_column, euros_column, text_column
from donors.office.control import ControlView
from donors.office.downloads import ReceiptPdfView, ReceiptsZipView
from donors.office.filters import ReceiptFilters
from donors.office.listing import MoneyListView, ReadOnlyViewSet
from donors.office.receipt_actions import CancelView, ReplaceView
from donors.office.receipt_copies import ResendView
from donors.office.search import search_receipts
from donors.office.snapshot import facts_are_intact, facts_of
from donors.receipts.models import Receipt


class ReceiptListView(MoneyListView):
    empty_message = "Aucun reçu fiscal pour l’instant. Ils sont émis d’eux-mêmes quand un don est encaissé."
    export_name = "recus"

    def get_base_queryset(self) -> QuerySet[Any]:
        return with_document(receipts_in_site_mode())

    def search_rows(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return search_receipts(rows, text)

    def export_table(self, rows: QuerySet[Any]) -> Table:
        return receipt_table(rows)

    @cached_property
    def header_buttons(self) -> list[BaseButton]:
        buttons: list[BaseButton] = [*super().header_buttons]
        if self.show_export_buttons:
            buttons.append(HeaderButton("ZIP des reçus", url=self._zip_url(), icon_name="download"))
            url = reverse("office_receipts:control")
            buttons.append(HeaderButton("Export de contrôle", url=url, icon_name="clipboard-list"))
        return buttons

    def _zip_url(self) -> str:
        """The ZIP's page, with the period that the list is filtered by."""
        days = {"du": self.request.GET.get("issued_from"), "au": self.request.GET.get("issued_to")}
        return reverse("office_receipts:zip", query={name: day for name, day in days.items() if day})


ACTIONS = {
    "pdf": ("Télécharger le PDF", "download"),
    "resend": ("Renvoyer par e-mail", "mail"),
    "replace": ("Annuler et remplacer", "rotate"),
    "cancel": ("Annuler", "cross"),
}


class ReceiptPage(InspectView):
    any_permission_required = ["view"]
    template_name = "office/receipt.html"

    def get_object(self, queryset: Any = None) -> Receipt:
        receipts = with_document(receipts_in_site_mode()).select_related("cancelled_by", "replaces__series")
        receipt: Receipt = get_object_or_404(receipts.defer(None), pk=self.pk)
        return receipt

    def get_page_title(self) -> str:
        return str(self.object)

    def get_page_subtitle(self) -> str:
        return ""

    def get_fields(self) -> list[str]:
        return []  # the template says what is shown

    @cached_property
    def header_buttons(self) -> list[BaseButton]:
        receipt, may_change = self.object, self.request.user.has_perm("donors.change_receipt")
        offered = {
            "pdf": bool(receipt.document_sha256),
            "resend": may_change and receipt.is_valid and bool(receipt.document_sha256),
            "replace": may_change and receipt.state == Receipt.State.ISSUED,
            "cancel": may_change and receipt.state == Receipt.State.ISSUED,
        }
        return [
            HeaderButton(label, url=reverse(f"office_receipts:{name}", args=[receipt.pk]), icon_name=icon)
            for name, (label, icon) in ACTIONS.items()
            if offered[name]
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        receipt = self.object
        return {
            **super().get_context_data(**kwargs),
            "receipt": receipt,
            "lines": receipt.lines.select_related("donation__campaign"),
            "replacement": Receipt.objects.select_related("series").filter(replaces=receipt).first(),
            "history": receipt.events.select_related("actor"),
            "facts": facts_of(receipt),
            "intact": facts_are_intact(receipt),
        }


class ReceiptViewSet(ReadOnlyViewSet):
    model = Receipt
    name = "office_receipts"
    url_prefix = "tresorerie/recus"
    icon = "doc-full"
    menu_label = "Reçus fiscaux"
    index_view_class = ReceiptListView
    inspect_view_enabled = True
    inspect_view_class = ReceiptPage
    filterset_class = ReceiptFilters
    ordering = "-issued_at"
    list_display = [
        TitleColumn(
            "number",
            label="Numéro",
            accessor="full_number",
            url_name="office_receipts:inspect",
            sort_key="printed_number",
            classname="office-number",
        ),
        text_column("donor", "Donateur", "donor.display_name", sort_key="donor__last_name"),
        euros_column("amount_cents", "Montant", sort_key="amount_cents"),
        day_column("issued_at", "Émis le"),
        StatusTagColumn(
            "state",
            label="État",
            accessor="standing",
            primary=lambda receipt: receipt.state == Receipt.State.ISSUED and not receipt.is_suspended,
        ),
        text_column(
            "document", "PDF", lambda receipt: "prêt" if receipt.document_sha256 else "en préparation"
        ),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/pdf/", self.construct_view(ReceiptPdfView), name="pdf"),
            path("<int:pk>/annuler/", CancelView.as_view(), name="cancel"),
            path("<int:pk>/remplacer/", ReplaceView.as_view(), name="replace"),
            path("<int:pk>/renvoyer/", ResendView.as_view(), name="resend"),
            path("controle/", self.construct_view(ControlView), name="control"),
            path("zip/", self.construct_view(ReceiptsZipView), name="zip"),
        ]
