"""The treasurer's list of gifts and the page of one gift."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import InspectView
from wagtail.admin.widgets.button import BaseButton, HeaderButton

from donors.accounting.gift_rows import gift_table, with_books
from donors.accounting.table import Table
from donors.gifts.kept import kept_of
from donors.gifts.models import Donation, SupportMessage
from donors.office.columns import day_column, euros_column, text_column
from donors.office.filters import GiftFilters
from donors.office.issuing import IssueView
from donors.office.listing import MoneyListView, ReadOnlyViewSet
from donors.office.refunds import RefundView
from donors.office.search import search_gifts
from donors.payments.refunds import refundable_cents
from donors.receipts.eligibility import obstacles
from donors.receipts.hold import automatic_receipt_at


class GiftListView(MoneyListView):
    empty_message = "Aucun don pour l’instant. Le premier apparaîtra ici dès qu’un donateur l’aura commencé."
    export_name = "dons"

    def get_base_queryset(self) -> QuerySet[Any]:
        return with_books(Donation.objects.in_site_mode())

    def search_rows(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return search_gifts(rows, text)

    def export_table(self, rows: QuerySet[Any]) -> Table:
        return gift_table(rows)


class GiftPage(InspectView):
    any_permission_required = ["view"]
    template_name = "office/gift.html"

    def get_object(self, queryset: Any = None) -> Donation:
        gifts = with_books(Donation.objects.in_site_mode())
        gift: Donation = get_object_or_404(gifts, pk=self.pk)
        return gift

    def get_page_title(self) -> str:
        return f"Don n°\u00a0{self.object.pk}"

    def get_page_subtitle(self) -> str:
        return ""

    def get_fields(self) -> list[str]:
        return []  # the template says what is shown

    @cached_property
    def header_buttons(self) -> list[BaseButton]:
        gift, may = self.object, self.request.user.has_perm
        buttons: list[BaseButton] = []
        receiptable = gift.is_paid and gift.wants_receipt and kept_of(gift).ledger_cents > 0
        if may("donors.add_receipt") and receiptable and not gift.receipt_number:
            url = reverse("office_gifts:issue_receipt", args=[gift.pk])
            buttons.append(HeaderButton("Émettre le reçu", url=url, icon_name="doc-full"))
        if may("donors.add_refund") and refundable_cents(gift):
            url = reverse("office_gifts:refund", args=[gift.pk])
            buttons.append(HeaderButton("Rembourser", url=url, icon_name="arrow-left"))
        return buttons

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        gift = self.object
        due_at = automatic_receipt_at(gift)
        return {
            **super().get_context_data(**kwargs),
            "gift": gift,
            "receipt_waits_until": due_at if due_at and due_at > timezone.now() else None,
            "obstacles": [] if gift.receipt_number else obstacles(gift),
            "receipt_lines": gift.receipt_lines.select_related("receipt__series").defer("receipt__snapshot"),
            "events": gift.events.select_related("actor", "refund", "dispute"),
            "ledger": gift.ledger.all(),
            "refunds": gift.refunds.select_related("requested_by"),
            "disputes": gift.disputes.all(),
            "attempts": gift.attempts.all(),
            "letters": gift.letters.all(),
            "message": SupportMessage.objects.filter(donation=gift).first(),
        }


class GiftViewSet(ReadOnlyViewSet):
    model = Donation
    name = "office_gifts"
    url_prefix = "tresorerie/dons"
    icon = "tick-inverse"
    menu_label = "Dons"
    index_view_class = GiftListView
    inspect_view_enabled = True
    inspect_view_class = GiftPage
    filterset_class = GiftFilters
    ordering = "-created_at"
    list_display = [
        TitleColumn(
            "number",
            label="Don",
            accessor=lambda gift: f"N°\u00a0{gift.pk}",
            url_name="office_gifts:inspect",
            classname="office-number",
        ),
        text_column("donor", "Donateur", "donor.display_name", sort_key="donor__last_name"),
        euros_column("amount_cents", "Montant", sort_key="amount_cents"),
        StatusTagColumn(
            "status", label="Statut", accessor="get_status_display", primary=lambda gift: gift.is_paid
        ),
        text_column("method", "Moyen", "get_method_display"),
        text_column("campaign", "Campagne", "campaign.name", sort_key="campaign__name"),
        day_column("created_at", "Commencé le"),
        day_column("credited_at", "Crédité le"),
        text_column("receipt", "Reçu fiscal", "receipt_number", sort_key="receipt_number"),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        refund = path("<int:pk>/rembourser/", RefundView.as_view(), name="refund")
        issue = path("<int:pk>/recu/", IssueView.as_view(), name="issue_receipt")
        return [*super().get_urlpatterns(), refund, issue]
