"""The treasurer's list of transfers from Stripe to the bank, and the page that explains one to the cent."""

import logging
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import View
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import InspectView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import BaseButton, HeaderButton

from donors.accounting.csv_file import csv_lines
from donors.accounting.payout_rows import (
    explanation,
    line_table,
    lines_to_read,
    payout_table,
    payouts_in_site_mode,
    with_unexplained,
)
from donors.accounting.payout_sums import sums_of
from donors.accounting.table import Table
from donors.office.columns import day_column, euros_column, written_day
from donors.office.filters import PayoutFilters
from donors.office.listing import CSV, MoneyListView, ReadOnlyViewSet, as_download
from donors.office.search import search_payouts
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.line_kinds import kind_name
from donors.payments.payout_models import Payout
from donors.payments.payouts import reconcile_payout

log = logging.getLogger(__name__)

LINES_PER_PAGE = 100
TO_LOOK_AT = {Payout.State.OPEN, Payout.State.FAILED}
FOUND = {
    Payout.State.RECONCILED: (messages.success, "Stripe a été relu : chaque centime est expliqué."),
    Payout.State.WAITING: (messages.info, "Stripe a été relu : ce virement n’est pas encore prêt."),
    Payout.State.OPEN: (messages.warning, "Stripe a été relu : il reste à vérifier ce que dit cette page."),
    Payout.State.FAILED: (messages.warning, "Stripe a été relu : ce virement est revenu de la banque."),
}


class PayoutListView(MoneyListView):
    empty_message = (
        "Aucun virement pour l’instant. Le premier apparaîtra ici dès que Stripe versera de l’argent."
    )
    export_name = "virements"

    def get_base_queryset(self) -> QuerySet[Any]:
        return with_unexplained(payouts_in_site_mode())

    def search_rows(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return search_payouts(rows, text)

    def export_table(self, rows: QuerySet[Any]) -> Table:
        return payout_table(rows)


class PayoutPage(InspectView):
    any_permission_required = ["view"]
    template_name = "office/payout.html"

    def get_object(self, queryset: Any = None) -> Payout:
        payout: Payout = get_object_or_404(with_unexplained(payouts_in_site_mode()), pk=self.pk)
        return payout

    def get_page_title(self) -> str:
        return f"Virement du {written_day(self.object.arrives_on)}"

    def get_page_subtitle(self) -> str:
        return ""

    def get_fields(self) -> list[str]:
        return []  # the template says what is shown

    @cached_property
    def header_buttons(self) -> list[BaseButton]:
        if not self.user_has_permission("export"):
            return []
        url = reverse("office_payouts:lines", args=[self.object.pk])
        return [HeaderButton("CSV des opérations", url=url, icon_name="download")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        payout = self.object
        paginator = WagtailPaginator(lines_to_read(payout), LINES_PER_PAGE)
        page = paginator.get_page(self.request.GET.get("p"))
        return {
            **super().get_context_data(**kwargs),
            "payout": payout,
            "sums": sums_of(payout),
            "lines": [
                (line, kind_name(line.type, line.reporting_category), explanation(line)) for line in page
            ],
            "page_of_lines": page,
            "elided_page_range": paginator.get_elided_page_range(page.number),
            "may_reconcile": self.user_has_permission("change"),
        }


class PayoutLinesView(PermissionCheckedMixin, View):
    """Every line of one payout as a CSV file."""

    model = Payout
    permission_required = "export"

    def get(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        payout = get_object_or_404(payouts_in_site_mode(), pk=pk)
        log.info("User %s downloads the lines of payout %s", request.user.pk, payout.stripe_payout_id)
        answer = StreamingHttpResponse(csv_lines(line_table(payout)), content_type=CSV)
        return as_download(answer, f"virement-{payout.arrives_on}-{payout.pk}.csv")


class ReconcileView(PermissionCheckedMixin, View):
    """Compare one payout with Stripe again, now; one sentence says what came out of it."""

    model = Payout
    http_method_names = ["post"]
    permission_required = "change"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        payout = get_object_or_404(payouts_in_site_mode(), pk=pk)
        log.info("User %s reconciles payout %s again", request.user.pk, payout.stripe_payout_id)
        try:
            reconcile_payout(payout.stripe_payout_id, at=timezone.now())
        except StripeUnavailable:
            messages.error(request, "Stripe ne répond pas. Rien n’est perdu : réessayez un peu plus tard.")
        except StripeRefused:
            log.exception("Stripe refuses to show payout %s", payout.stripe_payout_id)
            messages.error(
                request, "Stripe refuse de montrer ce virement : prévenez la personne qui administre le site."
            )
        else:
            payout.refresh_from_db()
            say, sentence = FOUND[Payout.State(payout.state)]
            say(request, sentence)
        return redirect("office_payouts:inspect", pk)


class PayoutViewSet(ReadOnlyViewSet):
    model = Payout
    name = "office_payouts"
    url_prefix = "tresorerie/virements"
    icon = "download"
    menu_label = "Virements Stripe"
    index_view_class = PayoutListView
    inspect_view_enabled = True
    inspect_view_class = PayoutPage
    filterset_class = PayoutFilters
    ordering = "-arrives_on"
    list_display = [
        TitleColumn(
            "arrives_on",
            label="À la banque le",
            accessor=lambda payout: written_day(payout.arrives_on),
            url_name="office_payouts:inspect",
            sort_key="arrives_on",
            classname="office-number",
        ),
        euros_column("amount_cents", "Montant", sort_key="amount_cents"),
        StatusTagColumn(
            "state",
            label="État",
            accessor="get_state_display",
            primary=lambda payout: payout.state in TO_LOOK_AT,
        ),
        euros_column("difference_cents", "Différence", sort_key="difference_cents"),
        Column("unexplained", label="Inexpliquées", sort_key="unexplained", classname="office-amount"),
        day_column("synced_at", "Relu le"),
        Column("stripe_payout_id", label="Virement Stripe", classname="office-id"),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/operations/", self.construct_view(PayoutLinesView), name="lines"),
            path("<int:pk>/reconcile/", self.construct_view(ReconcileView), name="reconcile"),
        ]
