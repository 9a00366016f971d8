"""The letters about a monthly gift: each kind, once, and only while it is true."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from donors.follow_ups import follow_due_events
from donors.gifts.events import MonthlyGiftEvent
from donors.gifts.monthly import MonthlyGift
from donors.letters.models import Letter
from donors.letters.monthly import SUBJECTS, send_monthly_letter, send_new_links
from donors.payments.models import Alarm
from tests.donors.letters.reading import both_parts, the_letter
from tests.factories import a_campaign, a_donor

pytestmark = pytest.mark.django_db

KINDS = MonthlyGiftEvent.Kind
AT = datetime(2027, 6, 3, 10, 0, tzinfo=UTC)
OWED = {"cents": 2000, "page": "https://invoice.stripe.com/i/1", "next_try": "2027-06-08T10:00:00+00:00"}
CHANGED = {"from_cents": 2000, "to_cents": 3000}


@pytest.fixture
def promise(db: None) -> MonthlyGift:
    """Amina's 20 € a month, with the next debit on 15 June."""
    return MonthlyGift.objects.create(
        donor=a_donor(), campaign=a_campaign(), amount_cents=2000, livemode=False, status="active",
        stripe_subscription_id="sub_1", created_at=AT, started_at=AT, synced_at=AT, card_last4="4242",
        next_debit_at=datetime(2027, 6, 15, 10, 0, tzinfo=UTC), card_expires_on=date(2027, 6, 30),
    )  # fmt: skip


def happen(promise: MonthlyGift, kind: str, detail: dict[str, Any] | None = None, **row: Any) -> Any:
    """The event, with the monthly gift as it stands then."""
    for name, value in row.items():
        setattr(promise, name, value)
    promise.save()
    number = promise.events.count()
    return MonthlyGiftEvent.objects.create(
        monthly_gift=promise, kind=kind, detail=detail or {}, key=f"{kind}:{number}",
        at=AT, because="test", next_try_at=AT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "detail", "row", "subject", "words"),
    [
        ("payment_failed", OWED, {"status": "past_due"}, "n’a pas pu être débité", "le 8 juin 2027"),
        ("last_try", OWED, {"status": "past_due"}, "Dernier essai", "Vous ne devrez rien"),
        ("action_required", OWED, {"status": "past_due"}, "de confirmer", "c’est bien vous"),
        ("card_expires", {"on": "2027-06-30"}, {}, "expire bientôt", "jusqu’au 30 juin 2027"),
        ("amount_changed", CHANGED, {"amount_cents": 3000}, "passe à 30\u00a0€", "à partir du 15 juin 2027"),
        ("paused", {}, {"paused_at": AT}, "est en pause", "rien ne vous sera débité"),
        ("resumed", {}, {}, "reprend", "le 15 juin 2027"),
        ("ended", {"reason": "asked"}, {"status": "canceled"}, "est arrêté", "chaque mois a compté"),
    ],
)
def test_each_kind_is_told_in_its_words(
    promise: MonthlyGift, kind: str, detail: dict[str, Any], row: dict[str, Any], subject: str, words: str
) -> None:
    send_monthly_letter(happen(promise, kind, detail, **row), at=AT)

    assert subject in the_letter().subject
    for part in both_parts(the_letter()):
        assert words in part.replace("\u00a0", " ")


def test_every_subject_is_a_kind_of_event_and_a_start_is_told_by_the_thanks(promise: MonthlyGift) -> None:
    assert set(KINDS) - set(SUBJECTS) == {KINDS.STARTED}

    assert send_monthly_letter(happen(promise, "started"), at=AT) is None


def test_what_is_told_twice_is_sent_once(promise: MonthlyGift) -> None:
    event = happen(promise, "paused", paused_at=AT)

    for _ in range(2):
        send_monthly_letter(event, at=AT)

    assert len(mail.outbox) == Letter.objects.filter(monthly_gift=promise).count() == 1


def test_the_subject_names_the_amount_of_its_own_change(promise: MonthlyGift) -> None:
    """The row may be read before or after; the change is what the letter is about."""
    event = happen(promise, "amount_changed", CHANGED, amount_cents=2000)

    send_monthly_letter(event, at=AT)

    assert the_letter().subject == "Votre don mensuel passe à 30\u00a0€"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("paused", "resumed"),
        ("paused", "ended"),
        ("resumed", "paused"),
        ("resumed", "ended"),
        ("amount_changed", "ended"),
        ("amount_changed", "amount_changed"),
        ("card_expires", "ended"),
    ],
)
def test_news_that_newer_news_made_untrue_is_not_told(promise: MonthlyGift, first: str, then: str) -> None:
    detail = {**CHANGED, "on": "2027-06-30"}
    overtaken, newer = (happen(promise, kind, detail) for kind in (first, then))

    assert send_monthly_letter(overtaken, at=AT) is None
    assert send_monthly_letter(newer, at=AT) is not None
    assert len(mail.outbox) == 1


def test_a_pause_is_told_although_the_amount_changed_after_it(promise: MonthlyGift) -> None:
    paused = happen(promise, "paused", paused_at=AT)
    changed = happen(promise, "amount_changed", CHANGED, amount_cents=3000)

    assert None not in [send_monthly_letter(event, at=AT) for event in (paused, changed)]


@pytest.mark.parametrize("kind", ["payment_failed", "last_try", "action_required"])
def test_what_was_owed_and_is_paid_meanwhile_is_not_asked_for(promise: MonthlyGift, kind: str) -> None:
    event = happen(promise, kind, OWED, status="past_due")
    happen(promise, "resumed", status="active")

    assert send_monthly_letter(event, at=AT) is None
    assert mail.outbox == []


@pytest.mark.parametrize("kind", ["payment_failed", "last_try", "action_required"])
def test_what_is_owed_is_settled_on_the_page_of_its_month(promise: MonthlyGift, kind: str) -> None:
    send_monthly_letter(happen(promise, kind, OWED, status="past_due"), at=AT)

    for part in both_parts(the_letter()):
        assert "https://invoice.stripe.com/i/1" in part


def test_an_expiring_card_leads_to_the_page_for_another(promise: MonthlyGift) -> None:
    send_monthly_letter(happen(promise, "card_expires", {"on": "2027-06-30"}), at=AT)

    assert "Donner ma nouvelle carte" in both_parts(the_letter())[0]
    assert "/carte/" in both_parts(the_letter())[0]


def test_an_end_after_refusals_says_that_nothing_is_owed(promise: MonthlyGift) -> None:
    send_monthly_letter(happen(promise, "ended", {"reason": "payment_failed"}, status="canceled"), at=AT)

    assert "Vous ne devez rien" in both_parts(the_letter())[0]
    assert "/don/mensuel/" not in both_parts(the_letter())[0], "nothing can be done any more"


def test_new_links_are_sent_once_a_day(promise: MonthlyGift) -> None:
    for hours in (0, 2, 30):
        send_new_links(promise, at=AT + timedelta(hours=hours))

    assert [letter.subject for letter in mail.outbox] == ["Vos liens pour votre don mensuel"] * 2


def test_news_found_late_waits_for_a_person(promise: MonthlyGift) -> None:
    now = timezone.now()
    event = happen(promise, "paused", paused_at=AT)
    MonthlyGiftEvent.objects.update(at=now - timedelta(days=8), next_try_at=now)

    follow_due_events(at=now)

    assert mail.outbox == []
    assert f"don mensuel n° {promise.pk}" in Alarm.objects.get(kind="late_letter").text
    event.refresh_from_db()
    assert event.followed_at == now
