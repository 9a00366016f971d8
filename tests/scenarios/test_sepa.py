"""Scenarios 22, 23 and 47: direct debits, which take days, may fail, and may cross the end of a year."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from donors.gifts.models import Donation, Method, Status
from donors.gifts.progress import compute_progress
from donors.payments.checkout import open_checkout
from donors.payments.errors import StripeUnavailable
from donors.payments.models import StripeEvent
from donors.payments.sync import sync_donation
from donors.receipts.models import Receipt
from donors.receipts.sweep import issue_due_receipts
from tests.donors.giving.conftest import words_of
from tests.donors.payments.conftest import BACK, session_of
from tests.factories import a_donation
from tests.scenarios.conftest import Story, work

pytestmark = pytest.mark.django_db

DAY = 24 * 60 * 60
REFUSED = "FR8420041010050500013M02607"


@pytest.fixture
def promised(started: Story) -> Story:
    """Amina's bank was asked for her 50 €."""
    started.pay("sepa")
    started.tell()
    return started


def subjects() -> list[str]:
    return [str(letter.subject) for letter in mail.outbox]


def success_of(story: Story) -> datetime:
    """The moment at which Stripe says that the debit was paid."""
    (event,) = [e for e in story.sandbox.find("event") if e["type"] == "charge.succeeded"]
    return datetime.fromtimestamp(event["created"], tz=UTC)


def test_scenario_22_a_debit_is_announced_then_thanked_for_then_receipted(promised: Story) -> None:
    assert (promised.gift.status, promised.books()) == (Status.PROCESSING, [])
    assert subjects() == ["Votre don de 50\u00a0€ par prélèvement est en cours"]
    progress = compute_progress(promised.gift.campaign, at=timezone.now())
    assert (progress.raised_cents, progress.pending_cents) == (0, 5000)
    assert "Votre compte sera débité vers le" in words_of(promised.come_back())

    promised.sandbox.clock.advance(6 * DAY)
    promised.tell()

    gift = promised.gift
    assert (gift.status, gift.method, promised.books()) == (Status.SUCCEEDED, Method.SEPA, [("gift", 5000)])
    assert gift.credited_at == success_of(promised)
    assert subjects()[1:] == ["Merci Amina, votre don de 50\u00a0€ est bien arrivé"]
    assert not Receipt.objects.exists()
    assert "Il vous parviendra à cette adresse vers le" in str(mail.outbox[-1].body)
    assert "Votre reçu fiscal viendra vers le" in words_of(promised.come_back())

    assert gift.credited_at
    due = gift.credited_at + timedelta(days=15)
    assert issue_due_receipts(at=due) == 1
    work(due - timezone.now())

    receipt = Receipt.objects.get()
    assert gift.credited_on
    assert receipt.snapshot["gift"]["paid_on"] == gift.credited_on.isoformat()
    assert subjects()[2:] == ["Votre reçu fiscal pour votre don de 50\u00a0€"]
    assert len(mail.outbox[-1].attachments) == 1
    work(due - timezone.now() + timedelta(days=1))
    assert len(mail.outbox) == 3


def test_scenario_22_without_a_hold_the_receipt_comes_with_the_thanks(
    promised: Story, settings: Settings
) -> None:
    settings.RECEIPT_HOLD_DAYS_SEPA = 0
    promised.sandbox.clock.advance(6 * DAY)
    promised.tell()

    assert Receipt.objects.count() == 1
    assert len(mail.outbox) == 2
    assert len(mail.outbox[-1].attachments) == 1


def test_scenario_22_without_any_webhook_the_moment_is_the_same(started: Story) -> None:
    started.pay("sepa")
    started.sandbox.clock.advance(6 * DAY)
    at = timezone.now() + timedelta(days=9)

    gift = sync_donation(started.gift.pk, because="sweep", at=at)

    assert not StripeEvent.objects.exists()
    assert gift.credited_at == success_of(started)


def test_scenario_22_the_webhook_alone_tells_it_without_another_call(promised: Story) -> None:
    promised.sandbox.clock.advance(6 * DAY)
    promised.sandbox.faults.add("timeout", path="/v1/events", count=99)
    promised.tell()
    work(timedelta(hours=3))

    assert promised.gift.credited_at == success_of(promised)


def test_scenario_22_a_silent_stripe_lets_the_date_wait(started: Story) -> None:
    started.pay("sepa")
    started.sandbox.clock.advance(6 * DAY)
    started.sandbox.faults.add("timeout", path="/v1/events", count=99)

    with pytest.raises(StripeUnavailable):
        sync_donation(started.gift.pk, because="sweep", at=timezone.now())

    assert started.gift.status != Status.SUCCEEDED


def test_scenario_22_a_success_that_nobody_saw_for_months_is_dated_by_the_balance(started: Story) -> None:
    started.pay("sepa")
    started.sandbox.clock.advance(90 * DAY)

    gift = sync_donation(started.gift.pk, because="sweep", at=timezone.now() + timedelta(days=90))

    (line,) = [t for t in started.sandbox.find("balance_transaction") if t["type"] == "payment"]
    assert gift.credited_at == datetime.fromtimestamp(line["available_on"], tz=UTC)


def test_scenario_23_a_refused_debit_is_no_gift_and_is_told_kindly(started: Story) -> None:
    started.sandbox.pay(session_of(started.gift), "sepa", iban=REFUSED)
    started.tell()
    started.sandbox.clock.advance(6 * DAY)
    started.tell()

    assert (started.gift.status, started.books()) == (Status.FAILED, [])
    assert not Receipt.objects.exists()
    assert subjects() == [
        "Votre don de 50\u00a0€ par prélèvement est en cours",
        "Votre don de 50\u00a0€ n’a pas pu être prélevé",
    ]
    assert f"/don/{started.gift.campaign.code}/?montant=50" in str(mail.outbox[-1].body)
    work(timedelta(hours=2))
    assert len(mail.outbox) == 2


@pytest.fixture
def new_years_eve(stripe_account: Any) -> datetime:
    """The sandbox's clock stands at 23:59 in Paris on the next 31 December."""
    now = datetime.fromtimestamp(stripe_account.clock.now(), tz=UTC)
    eve = datetime(now.year, 12, 31, 22, 59, tzinfo=UTC)
    if eve <= now:
        eve = eve.replace(year=now.year + 1)
    stripe_account.clock.advance(int((eve - now).total_seconds()))
    return eve


def a_gift_of_the_eve(eve: datetime) -> Donation:
    gift = a_donation(created_at=eve)
    open_checkout(gift, return_to=BACK, at=eve)
    return gift


def test_scenario_47_a_debit_of_the_last_minute_counts_in_january(
    story: Story, new_years_eve: datetime
) -> None:
    gift = a_gift_of_the_eve(new_years_eve)
    story.pay("sepa")
    story.sandbox.clock.advance(6 * DAY)

    sync_donation(gift.pk, because="webhook", at=new_years_eve + timedelta(days=6))

    assert story.gift.credited_on
    assert story.gift.credited_on.year == new_years_eve.year + 1
    issue_due_receipts(at=new_years_eve + timedelta(days=40))
    assert Receipt.objects.get().snapshot["gift"]["paid_on"].startswith(f"{new_years_eve.year + 1}-01-")


def test_scenario_47_a_card_of_the_last_minute_counts_in_december(
    story: Story, new_years_eve: datetime
) -> None:
    gift = a_gift_of_the_eve(new_years_eve)
    story.pay("card")

    sync_donation(gift.pk, because="webhook", at=new_years_eve + timedelta(days=2))

    assert story.gift.credited_on
    assert (story.gift.credited_on.month, story.gift.credited_on.day) == (12, 31)
