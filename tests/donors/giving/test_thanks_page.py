"""What a donor reads on coming back: confirmed, being confirmed, or not paid; never a guess."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from donors.campaigns.models import Campaign
from donors.gifts.models import Donation, Status
from donors.giving.tokens import Scope, link_token
from donors.receipts.cancel import cancel_receipt
from donors.receipts.document import make_document
from donors.receipts.issue import issue_receipt
from donors.receipts.models import Receipt, ReceiptDocument
from stripe_sandbox.core import Sandbox
from tests.donors.giving.conftest import Post, tag_of, the_gift, words_of
from tests.factories import a_donation, a_donor, a_paid_donation

pytestmark = pytest.mark.django_db


def thanks_url(gift: Donation) -> str:
    return f"/don/merci/{link_token(gift, Scope.THANKS)}/"


@pytest.fixture
def opened(send: Post) -> Donation:
    """Amina's 50 €, with Stripe's page open before her."""
    send()
    return the_gift()


@pytest.fixture
def session_id(opened: Donation) -> str:
    return opened.attempts.get().stripe_session_id


@pytest.fixture
def paid(campaign: Campaign) -> Donation:
    return a_paid_donation(campaign=campaign)


def a_receipt_for(gift: Donation) -> Receipt:
    receipt = issue_receipt(gift, at=timezone.now())
    make_document(receipt, at=timezone.now())
    return receipt


def test_who_paid_is_thanked_even_before_any_webhook(
    client: Client, opened: Donation, session_id: str, stripe_account: Sandbox
) -> None:
    stripe_account.pay(session_id, "card")

    page = client.get(f"{thanks_url(opened)}?session_id={session_id}")

    assert page.status_code == 200
    assert "Merci Amina ! Votre don de 50 € est bien arrivé" in words_of(page)
    opened.refresh_from_db()
    assert opened.status == Status.SUCCEEDED


def test_what_follows_is_set_going_at_once(
    client: Client, opened: Donation, session_id: str, stripe_account: Sandbox
) -> None:
    client.get(thanks_url(opened))
    assert DBTaskResult.objects.count() == 0

    stripe_account.pay(session_id, "card")
    Donation.objects.update(synced_at=None)
    client.get(thanks_url(opened))

    assert DBTaskResult.objects.get().task_path == "donors.tasks.follow_up"


def test_the_page_shows_how_far_the_campaign_is(client: Client, paid: Donation) -> None:
    words = words_of(client.get(thanks_url(paid)))

    assert "50 € collectés sur 20 000 €, soit 0 %" in words
    assert "1 donateur" in words


def test_a_receipt_is_promised_until_it_is_there(client: Client, paid: Donation) -> None:
    assert "Votre reçu fiscal se prépare" in words_of(client.get(thanks_url(paid)))
    receipt = a_receipt_for(paid)

    page = client.get(thanks_url(paid))

    assert f"Votre reçu fiscal est prêt (n° {receipt.full_number})" in words_of(page)
    assert tag_of(page, "a", href=f"{thanks_url(paid)}recu.pdf")


def test_the_receipt_is_downloaded_by_the_same_token(client: Client, paid: Donation) -> None:
    receipt = a_receipt_for(paid)

    answer = client.get(f"{thanks_url(paid)}recu.pdf")

    assert answer.status_code == 200
    assert answer.content == bytes(receipt.document.content)
    assert answer["Content-Type"] == "application/pdf"
    assert f"recu-fiscal-{receipt.full_number}.pdf" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex", "no-referrer")


def test_no_receipt_no_download(client: Client, paid: Donation) -> None:
    assert client.get(f"{thanks_url(paid)}recu.pdf").status_code == 404


def test_a_cancelled_receipt_is_no_longer_handed_out(client: Client, paid: Donation) -> None:
    cancel_receipt(a_receipt_for(paid), at=timezone.now(), reason="Le don a été remboursé.")

    answer = client.get(f"{thanks_url(paid)}recu.pdf")

    assert answer.status_code == 410
    assert "Votre reçu fiscal n’est plus valable" in words_of(answer)
    assert "Le don a été remboursé." in words_of(answer)
    assert answer["Cache-Control"] == "private, no-store"
    assert "Votre reçu fiscal est annulé" in words_of(client.get(thanks_url(paid)))


def test_a_suspended_receipt_is_kept_back_until_the_bank_has_decided(client: Client, paid: Donation) -> None:
    receipt = a_receipt_for(paid)
    Receipt.objects.update(suspended_at=timezone.now())

    answer = client.get(f"{thanks_url(paid)}recu.pdf")

    assert answer.status_code == 409
    assert f"le reçu n° {receipt.full_number} n’est pas valable" in words_of(answer)
    assert "Votre reçu fiscal est suspendu" in words_of(client.get(thanks_url(paid)))


def test_a_receipt_with_changed_bytes_is_not_handed_out(client: Client, paid: Donation) -> None:
    receipt = issue_receipt(paid, at=timezone.now())
    ReceiptDocument.objects.create(
        receipt=receipt, content=b"%PDF-forged", sha256="0" * 64, made_at=timezone.now()
    )

    answer = client.get(f"{thanks_url(paid)}recu.pdf")

    assert answer.status_code == 500
    assert b"forged" not in answer.content
    assert "momentanément indisponible" in words_of(answer)


def test_an_organisation_reads_that_the_treasurer_sends_its_receipt(
    client: Client, campaign: Campaign
) -> None:
    donor = a_donor(kind="organisation", organisation_name="Le Fournil")
    gift = a_paid_donation(campaign=campaign, donor=donor)

    assert "par notre trésorerie" in words_of(client.get(thanks_url(gift)))


def test_who_asked_for_no_receipt_reads_nothing_of_it(client: Client, campaign: Campaign) -> None:
    gift = a_paid_donation(campaign=campaign, wants_receipt=False)

    assert "reçu fiscal" not in words_of(client.get(thanks_url(gift)))


def test_who_left_stripe_without_paying_reads_that_nothing_was_debited(
    client: Client, opened: Donation, session_id: str
) -> None:
    page = client.get(f"{thanks_url(opened)}?session_id={session_id}")

    assert "n’a pas abouti" in words_of(page)
    assert "rien n’a été débité" in words_of(page)
    assert "Merci Amina" not in words_of(page)
    assert tag_of(page, "a", href=f"/don/juin/?reprise={link_token(opened, Scope.RESUME)}")


def test_a_declined_card_is_not_a_gift(
    client: Client, opened: Donation, session_id: str, stripe_account: Sandbox
) -> None:
    stripe_account.pay(session_id, "card_declined")

    assert "rien n’a été débité" in words_of(client.get(thanks_url(opened)))


@pytest.mark.parametrize("status", [Status.FAILED, Status.EXPIRED, Status.CANCELED])
def test_a_gift_that_ended_unpaid_offers_another_try(
    client: Client, campaign: Campaign, stripe_account: Sandbox, status: Status
) -> None:
    gift = a_donation(campaign=campaign, status=status)
    stripe_account.faults.add("status", status=500)  # our record is final: Stripe is not asked

    page = client.get(thanks_url(gift))

    assert "rien n’a été débité" in words_of(page)
    assert tag_of(page, "a", href=f"/don/juin/?reprise={link_token(gift, Scope.RESUME)}")
    assert len(stripe_account.faults.as_json()) == 1


def test_after_a_day_another_try_starts_with_the_amount_alone(client: Client, campaign: Campaign) -> None:
    gift = a_donation(
        campaign=campaign,
        status=Status.EXPIRED,
        amount_cents=2550,
        created_at=timezone.now() - timedelta(days=2),
    )

    assert tag_of(client.get(thanks_url(gift)), "a", href="/don/juin/?montant=25.50")


def test_once_the_campaign_is_over_no_try_is_offered(client: Client, campaign: Campaign) -> None:
    gift = a_donation(campaign=campaign, status=Status.EXPIRED)
    Campaign.objects.update(ends_on=campaign.starts_on)

    page = client.get(thanks_url(gift))

    assert "rien n’a été débité" in words_of(page)
    assert "reprise=" not in page.content.decode()


@pytest.mark.parametrize("fault", [500, 429, 401])
def test_while_stripe_does_not_say_the_page_claims_neither(
    client: Client, opened: Donation, stripe_account: Sandbox, fault: int
) -> None:
    stripe_account.faults.add("status", status=fault, path="/v1/checkout", count=9)

    page = client.get(thanks_url(opened))

    assert page.status_code == 200
    words = words_of(page)
    assert "en cours de confirmation" in words
    assert "débité" not in words
    assert "Merci" not in words
    assert "est bien arrivé" not in words


def test_stripe_is_asked_at_most_every_three_seconds(
    client: Client, opened: Donation, session_id: str, stripe_account: Sandbox
) -> None:
    client.get(thanks_url(opened))
    stripe_account.pay(session_id, "card")  # right after our look: what we know may be out of date

    assert "en cours de confirmation" in words_of(client.get(thanks_url(opened)))

    Donation.objects.update(synced_at=timezone.now() - timedelta(seconds=4))
    assert "est bien arrivé" in words_of(client.get(thanks_url(opened)))


@pytest.fixture
def unknown(opened: Donation, stripe_account: Sandbox) -> Donation:
    """Stripe stays silent about this gift."""
    stripe_account.faults.add("status", status=500, path="/v1/checkout", count=99)
    return opened


def test_the_page_looks_again_by_itself_and_waits_longer_each_time(client: Client, unknown: Donation) -> None:
    url = thanks_url(unknown)

    assert client.get(url)["Refresh"] == f"5; url={url}?essai=2"
    assert client.get(f"{url}?essai=2")["Refresh"] == f"10; url={url}?essai=3"
    assert client.get(f"{url}?essai=9")["Refresh"] == f"45; url={url}?essai=10"


@pytest.mark.parametrize("look", ["10", "11", "stop", "-1", "²", "999999999999", ""])
def test_the_page_stops_looking_by_itself_and_offers_a_link(
    client: Client, unknown: Donation, look: str
) -> None:
    page = client.get(f"{thanks_url(unknown)}?essai={look}")

    assert "Refresh" not in page
    assert "Actualiser maintenant" in words_of(page)
    assert "s’actualise d’elle-même" not in words_of(page)


def test_the_next_look_keeps_the_payment_page_in_its_address(
    client: Client, unknown: Donation, session_id: str
) -> None:
    page = client.get(f"{thanks_url(unknown)}?session_id={session_id}")

    assert page["Refresh"].endswith(f"?essai=2&session_id={session_id}")
    assert tag_of(page, "a", href=f"{thanks_url(unknown)}?essai=2&session_id={session_id}")


def test_the_visitor_can_end_the_looking(client: Client, unknown: Donation) -> None:
    assert tag_of(client.get(thanks_url(unknown)), "a", href="?essai=stop")


def test_a_bank_debit_on_its_way_is_said_to_take_days(
    client: Client, campaign: Campaign, stripe_account: Sandbox
) -> None:
    gift = a_donation(campaign=campaign, status=Status.PROCESSING, method="sepa")

    page = client.get(thanks_url(gift))

    assert "prélèvement est en cours" in words_of(page)
    assert "jours ouvrés" in words_of(page)
    assert "Refresh" not in page


def test_a_gift_on_hold_is_being_checked(client: Client, campaign: Campaign, stripe_account: Sandbox) -> None:
    gift = a_donation(campaign=campaign, status=Status.OPEN, hold="mismatch")

    words = words_of(client.get(thanks_url(gift)))

    assert "Nous vérifions votre don" in words
    assert "Ne payez pas une seconde fois" in words
    assert "débité" not in words


def test_a_gift_that_the_bank_took_back_is_said_so(client: Client, paid: Donation) -> None:
    Donation.objects.update(status=Status.REVERSED, reversed_at=timezone.now())

    words = words_of(client.get(thanks_url(paid)))

    assert "Votre banque a repris ce don" in words
    assert "est bien arrivé" not in words


def test_the_payment_page_of_somebody_else_is_not_found(
    client: Client, opened: Donation, send: Post, stripe_account: Sandbox
) -> None:
    send(email="bruno@example.org")
    other = Donation.objects.exclude(pk=opened.pk).get().attempts.get().stripe_session_id

    assert client.get(f"{thanks_url(opened)}?session_id={other}").status_code == 404
    assert client.get(f"{thanks_url(opened)}?session_id=cs_test_x").status_code == 404
    opened.refresh_from_db()
    assert not opened.hold


def test_a_forged_token_is_not_found(client: Client, paid: Donation) -> None:
    good = link_token(paid, Scope.THANKS)
    forged = [paid.uuid.hex, str(paid.pk), good[:-1], f"{good}x", link_token(paid, Scope.RESUME)]

    for token in forged:
        assert client.get(f"/don/merci/{token}/").status_code == 404
        assert client.get(f"/don/merci/{token}/recu.pdf").status_code == 404


def test_after_thirty_days_the_link_says_goodbye_and_nothing_else(client: Client, paid: Donation) -> None:
    long_ago = timezone.now() - timedelta(days=31)
    Donation.objects.update(created_at=long_ago, succeeded_at=long_ago)

    for url in (thanks_url(paid), f"{thanks_url(paid)}recu.pdf"):
        page = client.get(url)
        assert page.status_code == 410
        assert "n’est plus valable" in words_of(page)
        for secret in ("Amina", "50 €", paid.donor.email):
            assert secret not in words_of(page)
        assert page["Cache-Control"] == "private, no-store"


def test_the_thirty_days_begin_with_the_payment(client: Client, paid: Donation) -> None:
    Donation.objects.update(created_at=timezone.now() - timedelta(days=40))

    assert client.get(thanks_url(paid)).status_code == 200


def test_a_gift_of_the_other_mode_is_not_shown(client: Client, paid: Donation) -> None:
    Donation.objects.update(livemode=True)

    assert client.get(thanks_url(paid)).status_code == 410


def test_no_page_carries_the_donors_address(
    client: Client, campaign: Campaign, stripe_account: Sandbox
) -> None:
    for status in (Status.CREATED, Status.PROCESSING, Status.EXPIRED):
        gift = a_donation(campaign=campaign, status=status)
        page = client.get(thanks_url(gift))
        for secret in (gift.donor.email, "Benali", "Yser"):
            assert secret not in page.content.decode()


def test_the_confirmed_page_carries_the_first_name_alone(client: Client, paid: Donation) -> None:
    a_receipt_for(paid)

    body = client.get(thanks_url(paid)).content.decode()

    assert "Amina" in body
    for secret in (paid.donor.email, "Benali", "Yser", paid.stripe_charge_id):
        assert secret not in body


def test_the_page_is_private(client: Client, paid: Donation) -> None:
    page = client.get(thanks_url(paid))

    assert page["Cache-Control"] == "private, no-store"
    assert page["X-Robots-Tag"] == "noindex"
    assert page["Referrer-Policy"] == "no-referrer"


def test_the_page_only_reads(client: Client, paid: Donation) -> None:
    assert client.post(thanks_url(paid)).status_code == 405


def test_html_in_a_name_is_text(client: Client, campaign: Campaign) -> None:
    gift = a_paid_donation(campaign=campaign, donor=a_donor(first_name="<b>Amina</b>"))

    assert b"<b>Amina" not in client.get(thanks_url(gift)).content


def test_the_page_costs_few_queries_however_many_gifts_there_are(
    client: Client, paid: Donation, django_assert_max_num_queries: Any
) -> None:
    a_receipt_for(paid)
    for _ in range(3):
        a_paid_donation(campaign=paid.campaign)

    with django_assert_max_num_queries(6):
        client.get(thanks_url(paid))
