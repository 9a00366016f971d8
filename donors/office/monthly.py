"""The treasurer's list of monthly gifts and the page of one."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import NumberColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import InspectView

from donors.accounting.gift_rows import with_books
from donors.accounting.monthly_rows import monthly_table, with_months
from donors.accounting.table import Table
from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift
from donors.office.columns import day_column, euros_column, text_column, written_day
from donors.office.filters import MonthlyFilters
from donors.office.listing import MoneyListView, ReadOnlyViewSet
from donors.office.monthly_history import history_of
from donors.office.monthly_wishes import AmountView, PauseView, ResumeView, StopView, obstacle
from donors.office.search import search_monthly_gifts

WISHES = [AmountView, PauseView, ResumeView, StopView]


class MonthlyListView(MoneyListView):
    empty_message = (
        "Aucun don mensuel pour l’instant. Le premier apparaîtra ici dès qu’un donateur l’aura commencé."
    )
    export_name = "dons-mensuels"

    def get_base_queryset(self) -> QuerySet[Any]:
        return with_months(MonthlyGift.objects.in_site_mode())

    def search_rows(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return search_monthly_gifts(rows, text)

    def export_table(self, rows: QuerySet[Any]) -> Table:
        return monthly_table(rows)

    @cached_property
    def show_export_buttons(self) -> bool:
        """Whoever may take the gifts out of the house may take these: there is no permission of their own."""
        return bool(self.request.user.has_perm("donors.export_donation"))


class MonthlyPage(InspectView):
    any_permission_required = ["view"]
    template_name = "office/monthly.html"

    def get_object(self, queryset: Any = None) -> MonthlyGift:
        promises = with_months(MonthlyGift.objects.in_site_mode())
        promise: MonthlyGift = get_object_or_404(promises, pk=self.pk)
        return promise

    def get_page_title(self) -> str:
        return f"Don mensuel n°\u00a0{self.object.pk}"

    def get_page_subtitle(self) -> str:
        return ""

    def get_fields(self) -> list[str]:
        return []  # the template says what is shown

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        promise = self.object
        months = Donation.objects.in_site_mode().filter(monthly_gift=promise)
        offered = WISHES if self.user_has_permission("change") else []
        return {
            **super().get_context_data(**kwargs),
            "promise": promise,
            "wishes": [view for view in offered if not obstacle(promise, view.kind)],
            "gifts": with_books(months).order_by("-created_at", "-pk"),
            "asked": promise.requests.select_related("actor"),
            "history": history_of(promise),
            "letters": promise.letters.all(),
        }


class MonthlyViewSet(ReadOnlyViewSet):
    model = MonthlyGift
    name = "office_monthly"
    url_prefix = "tresorerie/dons-mensuels"
    icon = "rotate"
    menu_label = "Dons mensuels"
    index_view_class = MonthlyListView
    inspect_view_enabled = True
    inspect_view_class = MonthlyPage
    filterset_class = MonthlyFilters
    ordering = "-created_at"
    list_display = [
        TitleColumn(
            "number",
            label="Don",
            accessor=lambda promise: f"N°\u00a0{promise.pk}",
            url_name="office_monthly:inspect",
            classname="office-number",
        ),
        text_column("donor", "Donateur", "donor.display_name", sort_key="donor__last_name"),
        euros_column("amount_cents", "Par mois", sort_key="amount_cents"),
        StatusTagColumn("standing", label="État", primary=lambda promise: promise.due_at is not None),
        day_column("started_at", "Depuis le"),
        text_column(
            "due_at",
            "Prochain débit",
            lambda promise: written_day(promise.due_at),
            sort_key="next_debit_at",
        ),
        NumberColumn("months_paid", label="Mois", sort_key="months_paid", classname="office-amount"),
        euros_column("paid_cents", "Encaissé", sort_key="paid_cents"),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        wishes = [path(f"<int:pk>/{view.slug}/", view.as_view(), name=view.kind.value) for view in WISHES]
        return [*super().get_urlpatterns(), *wishes]
