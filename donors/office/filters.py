"""What the office's lists can be narrowed down to. Every filter stands in the URL."""

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from donors.campaigns.models import Campaign
from donors.gifts.models import Donation, Method, Status
from donors.gifts.monthly import MonthlyGift
from donors.gifts.queries import day_start
from donors.office.waiting import waiting_for_receipt
from donors.payments.models import Alarm, StripeEvent
from donors.payments.payout_models import Payout
from donors.people.models import Donor
from donors.receipts.models import Receipt, ReceiptSeries


class DaysFilter(django_filters.DateFromToRangeFilter):
    """From one day to another, both included, as Paris counts them, wherever the reader's clock is."""

    def __init__(self, field_name: str, label: str) -> None:
        super().__init__(field_name=field_name, label=label, widget=DateRangePickerWidget)

    def filter(self, rows: QuerySet[Any], value: slice | None) -> QuerySet[Any]:
        if value and value.start:
            rows = rows.filter(**{f"{self.field_name}__gte": day_start(value.start.date())})
        if value and value.stop:
            day_after = value.stop.date() + timedelta(days=1)
            rows = rows.filter(**{f"{self.field_name}__lt": day_start(day_after)})
        return rows


class CalendarDaysFilter(DaysFilter):
    """For a column that holds days and no hours: the same in every time zone."""

    def filter(self, rows: QuerySet[Any], value: slice | None) -> QuerySet[Any]:
        if value and value.start:
            rows = rows.filter(**{f"{self.field_name}__gte": value.start.date()})
        if value and value.stop:
            rows = rows.filter(**{f"{self.field_name}__lte": value.stop.date()})
        return rows


def one_of(field_name: str, label: str, choices: list[tuple[str, str]]) -> django_filters.Filter:
    """Any of the ticked values."""
    return django_filters.MultipleChoiceFilter(
        field_name=field_name, label=label, choices=choices, widget=forms.CheckboxSelectMultiple
    )


def one_campaign() -> django_filters.Filter:
    return django_filters.ModelChoiceFilter(
        label="Campagne", queryset=Campaign.objects.all(), empty_label="Toutes", widget=forms.RadioSelect
    )


class GiftFilters(WagtailFilterSet):
    credited = DaysFilter("credited_at", "Crédité")
    created = DaysFilter("created_at", "Commencé")
    campaign = one_campaign()
    status = one_of("status", "Statut", Status.choices)
    method = one_of("method", "Moyen de paiement", Method.choices)
    receipt = django_filters.ChoiceFilter(
        label="Reçu fiscal",
        method="filter_receipt",
        choices=[("issued", "Émis"), ("waiting", "Demandé, pas encore émis")],
        empty_label="Tous",
        widget=forms.RadioSelect,
    )
    hold = django_filters.ChoiceFilter(
        label="Mise de côté",
        choices=[(Donation.Hold.MISMATCH.value, Donation.Hold.MISMATCH.label)],
        empty_label="Toutes",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Donation
        fields: list[str] = []

    def filter_receipt(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "waiting":
            return waiting_for_receipt(rows)
        return rows.filter(receipt_number__isnull=False)


# A pause is a fact beside Stripe's status, so a state to look for is more than one column.
_STANDING = {
    "running": ("En cours", Q(status="active", paused_at=None)),
    "paused": (
        "En pause",
        Q(status__in=["active", "past_due", "unpaid"]) & ~Q(paused_at=None) | Q(status="paused"),
    ),
    "owed": ("En retard ou impayé", Q(status__in=["past_due", "unpaid"], paused_at=None)),
    "begun": ("Premier paiement attendu", Q(status__in=["created", "incomplete"])),
    "over": ("Arrêté", Q(status="canceled")),
    "never": ("Jamais commencé", Q(status="incomplete_expired")),
}


class MonthlyFilters(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(
        label="État",
        method="filter_state",
        choices=[(key, label) for key, (label, _) in _STANDING.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    campaign = one_campaign()
    started = DaysFilter("started_at", "Premier don")

    class Meta:
        model = MonthlyGift
        fields: list[str] = []

    def filter_state(self, rows: QuerySet[Any], name: str, values: list[str]) -> QuerySet[Any]:
        return rows.filter(reduce(or_, (_STANDING[value][1] for value in values), Q()))


class DonorFilters(WagtailFilterSet):
    created = DaysFilter("created_at", "Connu depuis")
    kind = one_of("kind", "Type", Donor.Kind.choices)

    class Meta:
        model = Donor
        fields: list[str] = []


def series_in_site_mode(request: HttpRequest | None) -> QuerySet[ReceiptSeries]:
    return ReceiptSeries.objects.filter(livemode=settings.STRIPE_LIVEMODE)


class ReceiptFilters(WagtailFilterSet):
    issued = DaysFilter("issued_at", "Émis")
    state = django_filters.MultipleChoiceFilter(
        label="État",
        method="filter_state",
        choices=[("issued", "Émis et valable"), ("suspended", "Suspendu"), ("cancelled", "Annulé")],
        widget=forms.CheckboxSelectMultiple,
    )
    series = django_filters.ModelChoiceFilter(
        label="Série", queryset=series_in_site_mode, empty_label="Toutes", widget=forms.RadioSelect
    )

    class Meta:
        model = Receipt
        fields: list[str] = []

    def filter_state(self, rows: QuerySet[Any], name: str, values: list[str]) -> QuerySet[Any]:
        """A suspended receipt is issued and not valid: whoever asks for valid ones does not want it."""
        issued = Q(state=Receipt.State.ISSUED)
        means = {
            "issued": issued & Q(suspended_at=None),
            "suspended": issued & Q(suspended_at__isnull=False),
            "cancelled": Q(state=Receipt.State.CANCELLED),
        }
        wanted = [means[value] for value in values]
        return rows.filter(reduce(or_, wanted)) if wanted else rows


class PayoutFilters(WagtailFilterSet):
    arrives = CalendarDaysFilter("arrives_on", "À la banque")
    state = one_of("state", "État", Payout.State.choices)

    class Meta:
        model = Payout
        fields: list[str] = []


class EventFilters(WagtailFilterSet):
    received = DaysFilter("received_at", "Arrivé")
    state = one_of("state", "État", StripeEvent.State.choices)

    class Meta:
        model = StripeEvent
        fields: list[str] = []


class AlarmFilters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label="État",
        method="filter_state",
        choices=[("standing", "À voir"), ("settled", "Réglées")],
        empty_label="Toutes",
        widget=forms.RadioSelect,
    )
    kind = one_of("kind", "Nature", Alarm.Kind.choices)
    raised = DaysFilter("raised_at", "Signalée")

    class Meta:
        model = Alarm
        fields: list[str] = []

    def filter_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(resolved_at__isnull=value == "standing")
