"""What the tables of refunds, disputes and changes hold, and what they refuse."""

from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from donors.gifts.events import DonationEvent, MonthlyGiftEvent
from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift
from donors.gifts.returns import Dispute, Refund
from tests.factories import a_donation

pytestmark = pytest.mark.django_db


def a_refund(**over: Any) -> Refund:
    facts: dict[str, Any] = {"amount_cents": 1000, "reason": "donor", "requested_at": timezone.now(), **over}
    facts.setdefault("donation", None)
    facts["donation"] = facts["donation"] or a_donation()
    return Refund.objects.create(**facts)


def a_dispute(**over: Any) -> Dispute:
    facts: dict[str, Any] = {
        "amount_cents": 1000,
        "stage": "open",
        "opened_at": timezone.now(),
        "stripe_dispute_id": "dp_1",
        **over,
    }
    facts.setdefault("donation", None)
    facts["donation"] = facts["donation"] or a_donation()
    return Dispute.objects.create(**facts)


def a_monthly_gift(donation: Donation | None = None, **over: Any) -> MonthlyGift:
    gift = donation or a_donation()
    facts: dict[str, Any] = {"amount_cents": 1000, "livemode": False, "created_at": timezone.now(), **over}
    return MonthlyGift.objects.create(donor=gift.donor, campaign=gift.campaign, **facts)


@pytest.mark.parametrize(
    ("make", "wrong", "rule"),
    [
        (a_refund, {"amount_cents": 0}, "refund_amount_positive"),
        (a_refund, {"status": "lost"}, "refund_status_known"),
        (a_refund, {"reason": "whim"}, "refund_reason_known"),
        (a_dispute, {"amount_cents": 0}, "dispute_amount_positive"),
        (a_dispute, {"stage": "simmering"}, "dispute_stage_known"),
        (a_monthly_gift, {"amount_cents": 0}, "monthly_gift_positive"),
        (a_monthly_gift, {"status": "dormant"}, "monthly_gift_status_known"),
    ],
)
def test_the_database_refuses_what_cannot_be(make: Any, wrong: dict[str, Any], rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        make(**wrong)


def test_one_refund_of_a_gift_is_asked_for_at_a_time() -> None:
    gift = a_donation()
    a_refund(donation=gift)

    with pytest.raises(IntegrityError), transaction.atomic():
        a_refund(donation=gift)
    Refund.objects.update(status="succeeded")
    a_refund(donation=gift)

    assert gift.refunds.count() == 2


@pytest.mark.parametrize(("make", "name"), [(a_refund, "stripe_refund_id"), (a_dispute, "stripe_dispute_id")])
def test_stripes_id_is_here_once(make: Any, name: str) -> None:
    make(**{name: "x_1"})

    with pytest.raises(IntegrityError), transaction.atomic():
        make(**{name: "x_1"})


@pytest.mark.parametrize(
    ("status", "taken"),
    [
        ("requested", True),
        ("pending", True),
        ("requires_action", True),
        ("succeeded", True),
        ("failed", False),
        ("canceled", False),
        ("refused", False),
    ],
)
def test_a_refund_takes_money_until_it_is_sure_that_it_does_not(status: str, taken: bool) -> None:
    assert Refund(status=status).takes_money is taken


def test_each_axis_speaks_its_own_words() -> None:
    gift, now = a_donation(), timezone.now()
    shared: dict[str, Any] = {"donation": gift, "at": now, "because": "test", "next_try_at": now}
    events = [
        DonationEvent.objects.create(from_status="open", to_status="succeeded", **shared),
        DonationEvent.objects.create(refund=a_refund(donation=gift), to_status="succeeded", **shared),
        DonationEvent.objects.create(
            dispute=a_dispute(donation=gift), from_status="open", to_status="won", **shared
        ),
    ]

    assert [str(event) for event in events] == [
        "Paiement ouvert → Reçu",
        "nouveau → Remboursé",
        "Contesté → Gagné",
    ]


def test_a_change_is_of_one_axis_only() -> None:
    gift, now = a_donation(), timezone.now()

    with pytest.raises(IntegrityError, match="donation_event_of_one_axis"), transaction.atomic():
        DonationEvent.objects.create(
            donation=gift,
            refund=a_refund(donation=gift),
            dispute=a_dispute(donation=gift),
            to_status="won",
            at=now,
            next_try_at=now,
        )


def test_the_same_fact_of_a_monthly_gift_is_noted_once() -> None:
    monthly, now = a_monthly_gift(), timezone.now()
    fact: dict[str, Any] = {"monthly_gift": monthly, "kind": "ended", "at": now, "next_try_at": now}
    MonthlyGiftEvent.objects.create(key="ended:1", **fact)

    with pytest.raises(IntegrityError), transaction.atomic():
        MonthlyGiftEvent.objects.create(key="ended:1", **fact)
    assert str(monthly.events.get()).startswith("Arrêté")


def test_what_runs_is_what_will_take_money_again() -> None:
    running = {
        status.value for status in MonthlyGift.Status if MonthlyGift(status=status, amount_cents=1).is_running
    }
    for number, status in enumerate(MonthlyGift.Status):
        a_monthly_gift(status=status, stripe_subscription_id=f"sub_{number}")

    assert running == {"active", "past_due", "unpaid"}
    assert set(MonthlyGift.objects.running().values_list("status", flat=True)) == running
    assert MonthlyGift.objects.in_site_mode().count() == len(MonthlyGift.Status)


@pytest.mark.parametrize("make", [a_refund, a_dispute, a_monthly_gift])
def test_money_that_went_back_cannot_be_deleted_with_its_gift(make: Any) -> None:
    row = make()
    gift = row.donation if hasattr(row, "donation") else row.donor

    with pytest.raises(models.ProtectedError):
        gift.delete()


def test_an_invoice_belongs_to_a_monthly_gift() -> None:
    with pytest.raises(IntegrityError, match="donation_invoice_is_monthly"), transaction.atomic():
        a_donation(stripe_invoice_id="in_1")
