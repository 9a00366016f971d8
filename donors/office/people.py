"""The treasurer's list of donors and the page of one donor."""

from typing import Any

from django.db.models import Count, Exists, IntegerField, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from wagtail.admin.ui.tables import NumberColumn, TitleColumn
from wagtail.admin.views.generic import InspectView

from donors.accounting.gift_rows import with_books
from donors.accounting.receipt_rows import receipts_in_site_mode, with_document
from donors.gifts.models import Donation, LedgerEntry
from donors.gifts.monthly import MonthlyGift
from donors.office.columns import day_column, euros_column, text_column
from donors.office.filters import DonorFilters
from donors.office.listing import MoneyListView, ReadOnlyViewSet
from donors.office.search import search_donors
from donors.people.models import Donor


def donors_in_site_mode() -> QuerySet[Any]:
    """Donors with a gift in this mode, with `paid_gifts`, `given_cents` and `last_credited_at`."""
    gifts = Donation.objects.in_site_mode().filter(donor=OuterRef("pk"))
    paid = gifts.succeeded().order_by().values("donor")
    lines = LedgerEntry.objects.in_site_mode().collected().filter(donation__donor=OuterRef("pk")).order_by()
    given = lines.values("donation__donor").annotate(total=Sum("amount_cents")).values("total")
    return Donor.objects.filter(Exists(gifts)).annotate(
        paid_gifts=_count(paid.annotate(found=Count("pk")).values("found")),
        given_cents=_count(given),
        last_credited_at=Subquery(paid.annotate(found=Max("credited_at")).values("found")),
    )


def _count(rows: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(rows), 0, output_field=IntegerField())


class DonorListView(MoneyListView):
    empty_message = "Aucun donateur pour l’instant."

    def get_base_queryset(self) -> QuerySet[Any]:
        return donors_in_site_mode()

    def search_rows(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return search_donors(rows, text)


class DonorPage(InspectView):
    any_permission_required = ["view"]
    template_name = "office/donor.html"

    def get_object(self, queryset: Any = None) -> Donor:
        donor: Donor = get_object_or_404(donors_in_site_mode(), pk=self.pk)
        return donor

    def get_page_title(self) -> str:
        return str(self.object)

    def get_page_subtitle(self) -> str:
        return ""

    def get_fields(self) -> list[str]:
        return []  # the template says what is shown

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        donor = self.object
        return {
            **super().get_context_data(**kwargs),
            "donor": donor,
            "gifts": with_books(Donation.objects.in_site_mode().filter(donor=donor)),
            "promises": MonthlyGift.objects.in_site_mode().filter(donor=donor).select_related("campaign"),
            "receipts": with_document(receipts_in_site_mode().filter(donor=donor)),
            "consents": donor.consents.all(),
        }


class DonorViewSet(ReadOnlyViewSet):
    model = Donor
    name = "office_donors"
    url_prefix = "tresorerie/donateurs"
    icon = "group"
    menu_label = "Donateurs"
    index_view_class = DonorListView
    inspect_view_enabled = True
    inspect_view_class = DonorPage
    filterset_class = DonorFilters
    ordering = "-created_at"
    list_display = [
        TitleColumn(
            "name",
            label="Donateur",
            accessor="display_name",
            url_name="office_donors:inspect",
            sort_key="last_name",
        ),
        text_column("email", "Adresse e-mail", "email", sort_key="email_key"),
        text_column("city", "Ville", "city", sort_key="city"),
        NumberColumn("paid_gifts", label="Dons reçus", sort_key="paid_gifts", classname="office-amount"),
        euros_column("given_cents", "Total donné", sort_key="given_cents"),
        day_column("last_credited_at", "Dernier don"),
        day_column("created_at", "Connu depuis"),
    ]
