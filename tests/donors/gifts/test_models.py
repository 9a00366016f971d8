"""What the database itself refuses of a gift, whatever the code above does."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donors.gifts.events import DonationEvent
from donors.gifts.models import Donation, LedgerEntry, Status, SupportMessage
from tests.factories import a_donation, a_donor, a_paid_donation

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("over", "constraint"),
    [
        ({"amount_cents": 0}, "donation_amount_positive"),
        ({"currency": "usd"}, "donation_in_euros"),
        ({"status": "happy"}, "donation_status_known"),
        ({"method": "shells"}, "donation_method_known"),
        ({"nature": "shells", "method": "none", "description": "x"}, "donation_nature_known"),
        ({"method": "none"}, "donation_of_money_has_a_method"),
        ({"nature": "in_kind", "description": "Dix ordinateurs"}, "donation_of_money_has_a_method"),
        ({"nature": "in_kind", "method": "none"}, "donation_in_kind_described"),
        ({"status": "succeeded"}, "donation_success_dated"),
        ({"status": "succeeded", "succeeded_at": NOW}, "donation_success_dated"),
        ({"status": "open", "succeeded_at": NOW}, "donation_success_dated"),
        ({"credited_at": NOW}, "donation_success_dated"),
    ],
)
def test_the_database_refuses(over: dict[str, Any], constraint: str) -> None:
    donation = a_donation()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Donation.objects.filter(pk=donation.pk).update(**over)


@pytest.mark.parametrize("name", ["stripe_payment_intent_id", "stripe_charge_id"])
def test_one_payment_of_stripe_is_one_gift(name: str) -> None:
    first, second = a_donation(), a_donation()
    Donation.objects.filter(pk=first.pk).update(**{name: "x_1"})

    with pytest.raises(IntegrityError), transaction.atomic():
        Donation.objects.filter(pk=second.pk).update(**{name: "x_1"})


def test_many_gifts_may_have_no_payment_yet() -> None:
    assert a_donation().pk != a_donation().pk


def test_the_tax_date_is_the_day_in_paris() -> None:
    at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    assert a_paid_donation(credited_at=at).credited_on == date(2027, 1, 1)


def test_an_unpaid_gift_has_no_tax_date() -> None:
    assert a_donation().credited_on is None


@pytest.mark.parametrize(
    ("status", "hold", "may"),
    [
        (Status.CREATED, "", True),
        (Status.OPEN, "", True),
        (Status.EXPIRED, "", True),
        (Status.FAILED, "", True),
        (Status.CANCELED, "", True),
        (Status.PROCESSING, "", False),
        (Status.SUCCEEDED, "", False),
        (Status.REVERSED, "", False),
        (Status.OPEN, "mismatch", False),
    ],
)
def test_what_may_still_be_paid(status: Status, hold: str, may: bool) -> None:
    assert Donation(status=status, hold=hold).may_still_be_paid is may


def test_an_event_of_an_unknown_status_is_refused() -> None:
    donation = a_donation()

    with pytest.raises(IntegrityError, match="donation_event_status_known"), transaction.atomic():
        DonationEvent.objects.create(
            donation=donation, from_status="open", to_status="happy", at=NOW, because="x", next_try_at=NOW
        )


def test_a_fact_is_booked_once_by_its_key() -> None:
    line = a_paid_donation(fee_cents=0).ledger.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(
            kind="gift",
            donation=line.donation,
            amount_cents=1,
            occurred_at=NOW,
            booked_at=NOW,
            livemode=False,
            key=line.key,
        )


@pytest.mark.parametrize("kind", ["gift", "refund", "dispute"])
def test_a_line_without_a_gift_is_a_payout_or_a_fee(kind: str) -> None:
    with pytest.raises(IntegrityError, match="ledger_of_a_donation"), transaction.atomic():
        LedgerEntry.objects.create(
            kind=kind, amount_cents=-1, occurred_at=NOW, booked_at=NOW, livemode=False, key="k"
        )


@pytest.mark.parametrize("kind", ["payout", "fee"])
@pytest.mark.parametrize("cents", [-1, 1])
def test_what_belongs_to_no_gift_may_come_back_by_itself(kind: str, cents: int) -> None:
    line = LedgerEntry.objects.create(
        kind=kind, amount_cents=cents, occurred_at=NOW, booked_at=NOW, livemode=False, key="k"
    )

    assert line.donation is None


def test_a_message_waits_until_somebody_has_read_it() -> None:
    message = SupportMessage.objects.create(donation=a_donation(), text="Bravo", created_at=NOW)

    assert message.state == SupportMessage.State.WAITING


def test_rows_name_themselves_in_french() -> None:
    donation = a_paid_donation(amount_cents=125050, donor=a_donor(), fee_cents=0)

    assert str(donation) == f"Don n° {donation.pk} de 1\u202f250,50\u00a0€"
    assert str(donation.ledger.get()) == "Don 1\u202f250,50\u00a0€"
    assert str(donation.events.get()) == "Commencé → Reçu"
    assert timezone.is_aware(donation.created_at)
