"""Claire stops, pauses, resumes and changes monthly gifts for their donors, against the sandbox."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core import mail
from django.test import Client
from django.utils import timezone

from donors.follow_ups import follow_due_events
from donors.gifts.monthly import MonthlyGift
from donors.gifts.monthly_requests import MonthlyRequest
from donors.gifts.monthly_tokens import Action, monthly_path
from donors.payments.monthly_desk import sweep_requests
from stripe_sandbox.core import Sandbox
from tests.donors.office.test_monthly import page_of
from tests.factories import a_campaign, a_monthly_gift, with_monthly_amounts
from tests.scenarios.monthly import Desk, again, months_of, told

NBSP = "\u00a0"
WISHES: dict[str, dict[str, str]] = {
    "arreter": {},
    "pause": {"months": "2"},
    "reprendre": {},
    "montant": {"amount": "30"},
}


@pytest.fixture
def desk(db: None, stripe_account: Sandbox) -> Desk:
    return Desk(stripe_account, with_monthly_amounts(a_campaign()))


@pytest.fixture
def promise(desk: Desk) -> MonthlyGift:
    started = desk.start(2000)
    desk.follow()
    mail.outbox.clear()
    return started


def ask(browser: Client, promise: MonthlyGift, slug: str, **typed: str) -> Any:
    """The confirmation page's button, and what Claire reads then."""
    return browser.post(f"{page_of(promise)}{slug}/", {**WISHES[slug], **typed}, follow=True)


def at_stripe(desk: Desk) -> dict[str, Any]:
    subscription: dict[str, Any] = desk.sandbox.find("subscription")[0]
    return subscription


def test_the_page_offers_what_can_be_asked_now(claires_browser: Client, promise: MonthlyGift) -> None:
    def offered() -> list[str]:
        page = claires_browser.get(page_of(promise)).text
        return [slug for slug in WISHES if f"{page_of(promise)}{slug}/" in page]

    assert offered() == ["arreter", "pause", "montant"]
    ask(claires_browser, promise, "pause")
    assert offered() == ["arreter", "reprendre", "montant"]
    ask(claires_browser, promise, "arreter")
    assert offered() == []


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("arreter", "Le don s’arrête tout de suite, et pour de bon"),
        ("pause", "Rien n’est débité pendant la pause"),
        ("montant", "Le nouveau montant compte à partir du prochain débit"),
    ],
)
def test_a_page_says_what_will_happen_and_changes_nothing(
    slug: str, words: str, claires_browser: Client, promise: MonthlyGift
) -> None:
    page = claires_browser.get(f"{page_of(promise)}{slug}/").text

    assert words in page
    assert "de Amina Benali" in page
    assert promise.donor.email in page
    assert not MonthlyRequest.objects.exists()
    assert again(promise).status == "active"


def test_a_monthly_gift_is_stopped_and_its_donor_told(
    claires_browser: Client, promise: MonthlyGift, desk: Desk, treasurer: User
) -> None:
    page = ask(claires_browser, promise, "arreter").text
    desk.follow()

    assert "Le don mensuel est arrêté : plus rien ne sera débité." in page
    assert (again(promise).status, at_stripe(desk)["status"]) == ("canceled", "canceled")
    assert [(wish.kind, wish.actor) for wish in MonthlyRequest.objects.all()] == [("stop", treasurer)]
    assert told(promise) == ["started", "ended"]
    assert [letter.subject for letter in mail.outbox] == ["Votre don mensuel est arrêté"]


def test_the_page_then_says_who_asked_for_it(claires_browser: Client, promise: MonthlyGift) -> None:
    page = ask(claires_browser, promise, "arreter").text

    assert "<td>claire</td>" in page.split("Demandes")[1]
    history = page.split("Historique")[1]
    assert f"demande «{NBSP}Arrêter{NBSP}»" in history
    assert "<td>claire</td>" in history


def test_a_pause_leaves_out_as_many_months_as_were_chosen(
    claires_browser: Client, promise: MonthlyGift, desk: Desk
) -> None:
    page = ask(claires_browser, promise, "pause", months="2").text
    desk.follow()

    paused, due = again(promise), promise.next_debit_at
    assert due is not None
    assert paused.resumes_at is not None
    assert timedelta(days=57) < paused.resumes_at - due < timedelta(days=62)
    assert paused.standing in page
    assert "puis reprend de lui-même" in page
    assert [letter.subject for letter in mail.outbox] == ["Votre don mensuel est en pause"]
    desk.sandbox.advance(days=62)
    desk.deliver()
    assert months_of(promise) == [("succeeded", 2000)]


def test_a_pause_is_ended_before_its_time(claires_browser: Client, promise: MonthlyGift, desk: Desk) -> None:
    ask(claires_browser, promise, "pause")
    assert "La pause finit tout de suite" in claires_browser.get(f"{page_of(promise)}reprendre/").text

    page = ask(claires_browser, promise, "reprendre").text
    desk.follow()

    assert "Le don mensuel reprend. Prochain débit le" in page
    assert again(promise).paused_at is None
    assert mail.outbox[-1].subject == "Votre don mensuel reprend"


def test_another_amount_counts_from_the_next_month(
    claires_browser: Client, promise: MonthlyGift, desk: Desk
) -> None:
    page = ask(claires_browser, promise, "montant", amount="30,50").text
    desk.follow()
    desk.sandbox.renew(promise.stripe_subscription_id)
    desk.deliver()

    assert f"Le don mensuel passe à 30,50{NBSP}€." in page
    assert f"Changer le montant : 30,50{NBSP}€ par mois" in page
    assert months_of(promise) == [("succeeded", 2000), ("succeeded", 3050)]
    assert [letter.subject for letter in mail.outbox] == [f"Votre don mensuel passe à 30,50{NBSP}€"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Indiquez un montant, par exemple 25 ou 25,50."),
        ("douze", "douze"),
        ("0", "Le montant doit être supérieur à zéro."),
        ("1", f"Choisissez un montant de 5{NBSP}€ à 10\u202f000{NBSP}€."),
        ("10001", f"Choisissez un montant de 5{NBSP}€ à 10\u202f000{NBSP}€."),
    ],
)
def test_an_amount_that_is_none_is_refused_with_a_sentence(
    typed: str, sentence: str, claires_browser: Client, promise: MonthlyGift
) -> None:
    answer = ask(claires_browser, promise, "montant", amount=typed)

    assert answer.status_code == 400
    assert sentence in answer.text
    assert f'value="{typed}"' in answer.text or not typed
    assert again(promise).amount_cents == 2000
    assert not MonthlyRequest.objects.exists()


@pytest.mark.parametrize("months", ["", "0", "4", "beaucoup"])
def test_a_pause_of_another_length_is_refused(
    months: str, claires_browser: Client, promise: MonthlyGift
) -> None:
    assert ask(claires_browser, promise, "pause", months=months).status_code == 400
    assert again(promise).paused_at is None


SECOND_CLICKS = {
    "arreter": "Ce don mensuel est arrêté : plus rien n’est débité",
    "pause": "Ce don mensuel est déjà mis en pause (en pause jusqu’au",
    "reprendre": "il n’y a rien à reprendre",
    "montant": f"C’est déjà 30{NBSP}€ par mois : rien n’a changé.",
}


@pytest.mark.parametrize("slug", SECOND_CLICKS)
def test_a_second_click_does_nothing_and_says_so(
    slug: str, claires_browser: Client, promise: MonthlyGift, desk: Desk
) -> None:
    if slug == "reprendre":
        ask(claires_browser, promise, "pause")
        desk.follow()
    ask(claires_browser, promise, slug)
    asked, heard = MonthlyRequest.objects.count(), told(promise)

    answer = ask(claires_browser, promise, slug)
    desk.follow()

    assert SECOND_CLICKS[slug] in answer.text
    assert (MonthlyRequest.objects.count(), told(promise)) == (asked, heard)
    assert len(mail.outbox) == asked, "one letter for each thing that was done"


@pytest.mark.parametrize("slug", WISHES)
def test_what_is_over_can_only_be_looked_at(slug: str, claires_browser: Client, promise: MonthlyGift) -> None:
    ask(claires_browser, promise, "arreter")

    page = claires_browser.get(f"{page_of(promise)}{slug}/").text

    assert "il n’y a plus rien à changer" in page
    assert '<button class="button' not in page.split("office-page")[1]


def test_there_is_nothing_to_resume_without_a_pause(claires_browser: Client, promise: MonthlyGift) -> None:
    assert "il n’y a rien à reprendre" in claires_browser.get(f"{page_of(promise)}reprendre/").text


@pytest.mark.parametrize("slug", WISHES)
def test_what_never_began_cannot_be_changed(slug: str, claires_browser: Client) -> None:
    begun = a_monthly_gift(status="created", stripe_subscription_id="")

    answer = ask(claires_browser, begun, slug)

    assert "son premier paiement n’a pas eu lieu" in answer.text
    assert not MonthlyRequest.objects.exists()


@pytest.mark.parametrize(
    ("slug", "sentence"), [("pause", "il ne peut qu’être arrêté"), ("arreter", "Arrêter")]
)
def test_what_waits_for_its_first_payment_can_only_be_stopped(
    slug: str, sentence: str, claires_browser: Client
) -> None:
    waiting = a_monthly_gift(status="incomplete")

    assert sentence in claires_browser.get(f"{page_of(waiting)}{slug}/").text


def test_a_silent_stripe_is_said_and_the_wish_is_done_later(
    claires_browser: Client, promise: MonthlyGift, desk: Desk
) -> None:
    desk.sandbox.faults.add("status", status=500, count=None, method="DELETE")

    page = ask(claires_browser, promise, "arreter").text

    assert "C’est noté. Stripe ne répond pas en ce moment" in page
    assert "Notée, attend Stripe" in page
    assert again(promise).status == "active"

    ask(claires_browser, promise, "arreter")
    assert MonthlyRequest.objects.count() == 1, "the same wish, tried again"
    desk.sandbox.faults.clear()
    later = timezone.now() + timedelta(hours=1)
    assert sweep_requests(at=later) == 1
    follow_due_events(at=later)
    assert again(promise).status == "canceled"
    assert "Notée, attend Stripe" not in claires_browser.get(page_of(promise)).text
    assert [letter.subject for letter in mail.outbox] == ["Votre don mensuel est arrêté"]


def test_a_wish_in_the_hands_of_another_click_is_noted(
    claires_browser: Client, promise: MonthlyGift, desk: Desk
) -> None:
    desk.sandbox.faults.add("status", status=500, count=None, method="DELETE")
    ask(claires_browser, promise, "arreter")
    desk.sandbox.faults.clear()
    MonthlyRequest.objects.update(claimed_until=timezone.now() + timedelta(minutes=2))

    assert "C’est noté." in ask(claires_browser, promise, "arreter").text
    assert again(promise).status == "active"


def test_a_refusal_of_stripes_is_said_and_nothing_changed(
    claires_browser: Client, promise: MonthlyGift, desk: Desk
) -> None:
    desk.sandbox.faults.add("status", status=400, count=None, method="POST", path="/v1/subscriptions")

    page = ask(claires_browser, promise, "montant").text

    assert "Stripe n’a pas accepté ce changement, et rien n’a changé." in page
    assert "Refusée par Stripe" in page
    assert again(promise).amount_cents == 2000


@pytest.mark.parametrize("slug", ["arreter", "pause", "montant"])
def test_what_ended_at_stripe_unnoticed_is_said_to_be_over(
    slug: str, claires_browser: Client, promise: MonthlyGift, desk: Desk
) -> None:
    desk.sandbox.cancel_subscription(promise.stripe_subscription_id)

    page = ask(claires_browser, promise, slug).text
    desk.deliver()
    desk.follow()

    assert " don mensuel est arrêté : plus rien " in page
    assert (again(promise).status, told(promise)) == ("canceled", ["started", "ended"])
    assert [letter.subject for letter in mail.outbox] == ["Votre don mensuel est arrêté"]


def test_another_amount_leaves_the_pause_as_it_is(claires_browser: Client, promise: MonthlyGift) -> None:
    ask(claires_browser, promise, "pause", months="3")
    until = again(promise).resumes_at

    page = ask(claires_browser, promise, "montant").text

    changed = again(promise)
    assert (changed.amount_cents, changed.resumes_at) == (3000, until)
    assert "En pause jusqu’au" in page


def test_a_paused_gift_can_be_stopped(claires_browser: Client, promise: MonthlyGift) -> None:
    ask(claires_browser, promise, "pause")

    ask(claires_browser, promise, "arreter")

    assert again(promise).standing == "Arrêté"
    assert told(promise) == ["started", "paused", "ended"]


def test_a_gift_whose_month_was_refused_can_still_be_looked_after(
    claires_browser: Client, promise: MonthlyGift, desk: Desk
) -> None:
    desk.sandbox.renew(promise.stripe_subscription_id, "card_declined")
    desk.deliver()
    page = claires_browser.get(page_of(promise)).text
    assert "En retard" in page
    assert "Échéance refusée" in page
    assert "/pause/" in page

    ask(claires_browser, promise, "arreter")

    assert again(promise).status == "canceled"


def test_what_the_donor_asked_for_by_her_link_is_shown_as_hers(
    claires_browser: Client, client: Client, promise: MonthlyGift
) -> None:
    client.post(monthly_path(promise, Action.PAUSE, at=timezone.now()), {"months": "1"})

    page = claires_browser.get(page_of(promise)).text

    assert "<td>le donateur</td>" in page.split("Demandes")[1]
    assert "<td>le donateur</td>" in page.split("Historique")[1]


def test_a_wish_that_a_newer_one_took_the_place_of_is_said_to_be_replaced(
    claires_browser: Client, promise: MonthlyGift, desk: Desk
) -> None:
    desk.sandbox.faults.add("status", status=500, count=None, method="POST", path="/v1/subscriptions")
    ask(claires_browser, promise, "montant", amount="30")

    page = ask(claires_browser, promise, "montant", amount="40").text

    assert "Remplacée par une autre" in page
    assert page.count("Notée, attend Stripe") == 1


def test_the_log_names_who_asked_and_no_donor(
    claires_browser: Client, promise: MonthlyGift, treasurer: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="donors.office.monthly_wishes"):
        ask(claires_browser, promise, "arreter")

    lines = [record.getMessage() for record in caplog.records if record.name.endswith("monthly_wishes")]
    assert lines == [f"User {treasurer.pk} asks of monthly gift {promise.pk}: stop"]


def someone_with(*codenames: str) -> Client:
    user = User.objects.create_user("lea", "lea@example.org", "a long pass phrase")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.mark.parametrize("slug", WISHES)
def test_who_only_reads_changes_nothing(slug: str, promise: MonthlyGift, brunos_browser: Client) -> None:
    for browser in (brunos_browser, someone_with("view_monthlygift"), Client()):
        assert browser.post(f"{page_of(promise)}{slug}/", WISHES[slug]).status_code == 302

    assert not MonthlyRequest.objects.exists()
    assert told(promise) == ["started"]
