"""The page on which the public gives: what it shows, what it accepts, and where it leads."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from donors.campaigns.models import Campaign, GiftPreset, Organisation, local_day
from donors.campaigns.regimes import OrganisationRegime
from donors.gifts.models import Donation, Status, SupportMessage
from donors.giving.tokens import Scope, link_token, read_link_token
from donors.payments.models import CheckoutAttempt
from donors.people.models import ConsentRecord, Donor
from stripe_sandbox.core import Sandbox
from tests.donors.giving.conftest import Post, form_key_of, tag_of, the_gift, words_of

pytestmark = pytest.mark.django_db


def test_a_visitor_sees_the_editors_amounts_with_their_texts(client: Client, campaign: Campaign) -> None:
    page = client.get("/don/juin/")

    assert page.status_code == 200
    for label, text in (("20 €", "Une carte SIM"), ("50 €", "Un atelier"), ("150 €", "Un téléphone")):
        assert f"{label} {text}" in words_of(page)
    for value in ("20", "50", "80", "150", "other"):
        assert 'type="radio"' in tag_of(page, "input", name="amount", value=value)


def test_each_amount_shows_what_it_costs_after_the_reduction(client: Client, campaign: Campaign) -> None:
    words = words_of(client.get("/don/juin/"))

    assert "50 € Un atelier Soit 17 € après réduction d’impôt" in words
    assert "66 % de votre don" in words
    assert "sous réserve d’être imposable" in words
    assert "20 % de votre revenu imposable" in words
    assert "60 % du don viennent en réduction de l’impôt (article 238 bis" in words


def test_the_aid_regime_shows_its_own_rate_and_ceiling(client: Client, campaign: Campaign) -> None:
    OrganisationRegime.objects.update(regime="aid")

    words = words_of(client.get("/don/juin/"))

    assert "50 € Un atelier Soit 12,50 € après réduction d’impôt" in words
    assert "75 % de vos dons jusqu’à 2 000 € par an, puis 66 %" in words


def test_without_receipts_no_tax_reduction_is_promised(client: Client, campaign: Campaign) -> None:
    Organisation.objects.update(receipts_enabled=False)

    page = client.get("/don/juin/")

    assert "réduction" not in words_of(page)
    assert tag_of(page, "input", name="wants_receipt") == ""


def test_the_amount_that_the_editor_chose_is_ticked(client: Client, campaign: Campaign) -> None:
    GiftPreset.objects.filter(amount_cents=8000).update(selected=True)

    page = client.get("/don/juin/")

    assert "checked" in tag_of(page, "input", name="amount", value="80")
    assert "checked" not in tag_of(page, "input", name="amount", value="50")


def test_an_amount_outside_the_campaigns_bounds_is_not_proposed(client: Client, campaign: Campaign) -> None:
    Campaign.objects.update(minimum_cents=3000)

    assert tag_of(client.get("/don/juin/"), "input", name="amount", value="20") == ""


def test_the_receipt_is_ticked_and_the_newsletter_is_not(client: Client, campaign: Campaign) -> None:
    page = client.get("/don/juin/")

    assert "checked" in tag_of(page, "input", name="wants_receipt")
    for name in ("newsletter", "anonymous", "as_organisation"):
        assert tag_of(page, "input", name=name)
        assert "checked" not in tag_of(page, "input", name=name)


def test_every_field_has_a_label_and_its_autocomplete(client: Client, campaign: Campaign) -> None:
    page = client.get("/don/juin/")

    purposes = {
        "email": "email",
        "first_name": "given-name",
        "last_name": "family-name",
        "street": "street-address",
        "postcode": "postal-code",
        "city": "address-level2",
        "organisation_name": "organization",
    }
    for name, purpose in purposes.items():
        assert tag_of(page, "label", **{"for": f"id_{name}"}), name
        assert f'autocomplete="{purpose}"' in tag_of(page, "input", name=name)
    assert 'inputmode="decimal"' in tag_of(page, "input", name="other_amount")
    assert "Adresse e-mail (obligatoire)" in words_of(page)
    assert "Un mot de soutien (facultatif)" in words_of(page)


def test_a_link_fills_in_a_proposed_amount_and_the_source(client: Client, campaign: Campaign) -> None:
    page = client.get("/don/juin/?montant=80&source=affiche&frequence=once")

    assert "checked" in tag_of(page, "input", name="amount", value="80")
    assert 'value="affiche"' in tag_of(page, "input", name="source")


def test_a_link_fills_in_an_amount_of_ones_own(client: Client, campaign: Campaign) -> None:
    page = client.get("/don/juin/?montant=25,50")

    assert "checked" in tag_of(page, "input", name="amount", value="other")
    assert 'value="25,50"' in tag_of(page, "input", name="other_amount")


@pytest.mark.parametrize("montant", ["abc", "-5", "0", "1", "999999", "", "30.005", "%00", "50<b>"])
def test_a_bad_amount_in_a_link_is_ignored_alone(client: Client, campaign: Campaign, montant: str) -> None:
    page = client.get(f"/don/juin/?montant={montant}&source=affiche")

    assert page.status_code == 200
    assert "checked" not in tag_of(page, "input", name="amount", value="other")
    assert 'value="affiche"' in tag_of(page, "input", name="source")


@pytest.mark.parametrize("source", ["x" * 51, "deux mots", "<script>", "é"])
def test_a_bad_source_in_a_link_is_ignored_alone(client: Client, campaign: Campaign, source: str) -> None:
    page = client.get("/don/juin/", {"montant": "20", "source": source})

    assert "value=" not in tag_of(page, "input", name="source")
    assert "checked" in tag_of(page, "input", name="amount", value="20")


@pytest.mark.parametrize("frequence", ["mensuel", "hebdomadaire", "", "%00"])
def test_a_frequency_that_is_not_offered_changes_nothing(
    client: Client, campaign: Campaign, frequence: str
) -> None:
    page = client.get(f"/don/juin/?frequence={frequence}&montant=20")

    assert 'value="once"' in tag_of(page, "input", name="frequency")
    assert "checked" in tag_of(page, "input", name="amount", value="20")


def test_an_unknown_campaign_is_no_page(client: Client, db: None) -> None:
    assert client.get("/don/decembre/").status_code == 404
    assert client.post("/don/decembre/").status_code == 404


def test_before_it_opens_the_page_says_when(client: Client, campaign: Campaign) -> None:
    today = local_day(timezone.now())
    Campaign.objects.update(starts_on=today + timedelta(days=1))

    page = client.get("/don/juin/")

    assert page.status_code == 200
    assert "ouvre bientôt" in words_of(page)
    assert tag_of(page, "a", href="/c/juin/")
    assert tag_of(page, "input", name="amount") == ""


def test_after_its_end_the_page_says_what_came_together(client: Client, campaign: Campaign) -> None:
    today = local_day(timezone.now())
    Campaign.objects.update(starts_on=today - timedelta(days=30), ends_on=today - timedelta(days=1))

    page = client.get("/don/juin/")

    assert page.status_code == 200
    assert "La campagne est terminée" in words_of(page)
    assert tag_of(page, "a", href="/c/juin/")


def test_a_gift_sent_to_a_closed_campaign_is_not_begun(send: Post, campaign: Campaign) -> None:
    Campaign.objects.update(ends_on=campaign.starts_on)

    assert "La campagne est terminée" in words_of(send())
    assert Donation.objects.count() == 0


def test_amina_is_sent_to_stripe_with_her_gift_written_down(send: Post, stripe_account: Sandbox) -> None:
    answer = send(source="affiche")

    (session,) = stripe_account.find("checkout.session")
    assert (answer.status_code, answer["Location"]) == (303, session["url"])
    gift = the_gift()
    assert (gift.amount_cents, gift.status, gift.livemode) == (5000, Status.OPEN, settings.STRIPE_LIVEMODE)
    assert (gift.wants_receipt, gift.anonymous, gift.source) == (True, False, "affiche")
    assert (gift.donor.email, gift.donor.display_name) == ("amina@example.org", "Amina Benali")
    assert (gift.donor.postcode, gift.donor.country) == ("33800", "FR")


def test_stripe_sends_back_to_the_gifts_own_pages(send: Post, stripe_account: Sandbox) -> None:
    send()

    (session,) = stripe_account.find("checkout.session")
    gift, now = the_gift(), timezone.now()
    back, query = session["success_url"].split("?")
    token = back.removeprefix("http://testserver/don/merci/").strip("/")
    assert query == "session_id={CHECKOUT_SESSION_ID}"
    assert read_link_token(token, Scope.THANKS, at=now) == gift
    assert session["cancel_url"] == f"http://testserver/don/juin/?reprise={link_token(gift, Scope.RESUME)}"


def test_an_amount_of_ones_own_is_taken_as_typed(send: Post) -> None:
    send(amount="other", other_amount="1 000,50 €")

    assert the_gift().amount_cents == 100050


def test_the_words_that_were_shown_stand_in_the_consents(send: Post) -> None:
    send(newsletter="on", anonymous="on")

    given = {consent.purpose: consent for consent in ConsentRecord.objects.all()}
    assert {name: consent.given for name, consent in given.items()} == {
        "newsletter": True,
        "public_name": False,
    }
    assert "recevoir des nouvelles" in given["newsletter"].wording
    assert "rester anonyme" in given["public_name"].wording


def test_an_unticked_newsletter_is_written_down_as_no(send: Post) -> None:
    send()

    assert not ConsentRecord.objects.get(purpose="newsletter").given
    assert ConsentRecord.objects.get(purpose="public_name").given


def test_a_message_waits_for_a_reader(send: Post) -> None:
    send(message="Bravo <b>à tous</b> !\r\nAmina")

    message = SupportMessage.objects.get()
    assert (message.text, message.state) == ("Bravo <b>à tous</b> !\nAmina", "waiting")


def test_an_organisation_gives_with_its_siren(send: Post) -> None:
    send(as_organisation="on", organisation_name="Le Fournil", siren="732 829 320")

    donor = the_gift().donor
    assert (donor.kind, donor.organisation_name, donor.siren) == ("organisation", "Le Fournil", "732829320")
    assert donor.person_name == "Amina Benali"


def test_without_a_receipt_no_address_is_kept(send: Post) -> None:
    send(wants_receipt=None, postcode="pas un code")

    donor = the_gift().donor
    assert (donor.street, donor.postcode, donor.city) == ("", "", "")
    assert not the_gift().wants_receipt


def test_the_same_click_twice_is_one_gift_and_one_payment_page(
    client: Client, send: Post, stripe_account: Sandbox
) -> None:
    key = form_key_of(client.get("/don/juin/"))

    first, second = send(form_key=key), send(form_key=key)

    assert first["Location"] == second["Location"]
    assert Donation.objects.count() == CheckoutAttempt.objects.count() == 1
    assert len(stripe_account.find("checkout.session")) == 1
    assert ConsentRecord.objects.count() == 2


def test_the_back_button_changes_the_same_gift(client: Client, send: Post, stripe_account: Sandbox) -> None:
    key = form_key_of(client.get("/don/juin/"))
    send(form_key=key, message="Bravo")

    send(form_key=key, amount="80", email="amina.b@example.org", message="", anonymous="on")

    gift = the_gift()
    assert (gift.amount_cents, gift.donor.email, gift.anonymous) == (8000, "amina.b@example.org", True)
    assert SupportMessage.objects.count() == 0
    assert sorted(session["status"] for session in stripe_account.find("checkout.session")) == [
        "expired",
        "open",
    ]


def test_a_changed_message_is_read_again(client: Client, send: Post) -> None:
    key = form_key_of(client.get("/don/juin/"))
    send(form_key=key, message="Bravo")
    SupportMessage.objects.update(state="approved")
    send(form_key=key, message="Bravo")
    assert SupportMessage.objects.get().state == "approved"

    send(form_key=key, message="Autre chose")

    message = SupportMessage.objects.get()
    assert (message.text, message.state) == ("Autre chose", "waiting")


def test_a_form_that_was_paid_meanwhile_leads_to_its_thanks(
    client: Client, send: Post, stripe_account: Sandbox
) -> None:
    key = form_key_of(client.get("/don/juin/"))
    send(form_key=key)
    stripe_account.pay(stripe_account.find("checkout.session")[0]["id"], "card")
    thanks = client.get(f"/don/merci/{link_token(the_gift(), Scope.THANKS)}/")
    assert "est bien arrivé" in words_of(thanks)

    again = send(form_key=key, amount="80")

    assert (again.status_code, again["Location"]) == (303, thanks.wsgi_request.path)
    assert the_gift().amount_cents == 5000


def test_a_payment_that_we_have_not_heard_of_yet_is_not_asked_for_twice(
    client: Client, send: Post, stripe_account: Sandbox
) -> None:
    key = form_key_of(client.get("/don/juin/"))
    send(form_key=key)
    stripe_account.pay(stripe_account.find("checkout.session")[0]["id"], "card")

    again = send(form_key=key, amount="80")

    assert again["Location"].startswith("/don/merci/")
    assert (the_gift().status, the_gift().amount_cents) == (Status.SUCCEEDED, 5000)


@pytest.mark.parametrize("status", [Status.EXPIRED, Status.FAILED, Status.CANCELED])
def test_a_gift_that_was_not_paid_goes_on_with_a_new_page(client: Client, send: Post, status: Status) -> None:
    key = form_key_of(client.get("/don/juin/"))
    send(form_key=key)
    stamp = {f"{status}_at": timezone.now()}
    Donation.objects.update(status=status, **stamp)
    CheckoutAttempt.objects.update(state="expired")

    assert send(form_key=key).status_code == 303

    assert (the_gift().status, CheckoutAttempt.objects.count()) == (Status.OPEN, 2)


@pytest.mark.parametrize("key", ["", "x", "{uuid}", "{uuid}:forged", "{uuid}.forged.forged"])
def test_a_stranger_cannot_take_over_a_gift(send: Post, key: str) -> None:
    send()
    mine = the_gift()

    send(form_key=key.format(uuid=mine.uuid.hex), amount="20", email="stranger@example.org")

    mine.refresh_from_db()
    assert (mine.amount_cents, mine.donor.email) == (5000, "amina@example.org")
    assert Donation.objects.count() == 2


def test_the_key_of_another_campaigns_form_opens_nothing(client: Client, send: Post) -> None:
    key = form_key_of(client.get("/don/juin/"))
    send(form_key=key)
    Campaign.objects.update(code="noel")

    other = client.get("/don/noel/")

    assert form_key_of(other) != key
    assert client.post("/don/noel/", {"form_key": key}).status_code == 200


@pytest.mark.parametrize(
    ("fault", "status"), [(500, 503), (503, 503), (429, 503), (401, 502), (402, 502), (400, 502)]
)
def test_when_stripe_fails_nothing_is_lost_and_nothing_was_debited(
    client: Client, send: Post, stripe_account: Sandbox, fault: int, status: int
) -> None:
    stripe_account.faults.add("status", status=fault, path="/v1/checkout", count=9)

    page = send(amount="other", other_amount="25,50", message="Bravo", source="affiche", newsletter="on")

    assert page.status_code == status
    assert "rien n’a été débité" in words_of(page)
    assert 'value="25,50"' in tag_of(page, "input", name="other_amount")
    assert "checked" in tag_of(page, "input", name="newsletter")
    for name, value in (
        ("email", "amina@example.org"),
        ("source", "affiche"),
        ("street", "3 cours de l’Yser"),
    ):
        assert f'value="{value}"' in tag_of(page, "input", name=name)
    assert "Bravo" in words_of(page)


def test_the_next_try_after_a_failure_is_the_same_gift(
    client: Client, send: Post, stripe_account: Sandbox
) -> None:
    stripe_account.faults.add("timeout", path="/v1/checkout", count=3)
    page = send()
    assert page.status_code == 503

    assert send(form_key=form_key_of(page)).status_code == 303

    assert the_gift().status == Status.OPEN
    assert len(stripe_account.find("checkout.session")) == 1


def test_an_answer_of_stripe_that_got_lost_leaves_one_page(
    client: Client, send: Post, stripe_account: Sandbox
) -> None:
    stripe_account.faults.add("commit_then_drop", path="/v1/checkout", count=3)
    page = send()
    assert page.status_code == 503

    answer = send(form_key=form_key_of(page))

    (session,) = stripe_account.find("checkout.session")
    assert answer["Location"] == session["url"]


def test_coming_back_from_stripe_everything_is_still_there(
    client: Client, send: Post, stripe_account: Sandbox
) -> None:
    send(
        amount="other",
        other_amount="25,50",
        as_organisation="on",
        organisation_name="Le Fournil",
        siren="732829320",
        message="Bravo",
        newsletter="on",
        anonymous="on",
        source="affiche",
    )
    (session,) = stripe_account.find("checkout.session")

    page = client.get(session["cancel_url"].removeprefix("http://testserver"))

    assert "rien n’a été débité" in words_of(page)
    assert 'value="25,50"' in tag_of(page, "input", name="other_amount")
    typed = {"email": "amina@example.org", "city": "Bordeaux", "organisation_name": "Le Fournil"}
    for name, value in typed.items():
        assert f'value="{value}"' in tag_of(page, "input", name=name)
    for name in ("newsletter", "anonymous", "as_organisation", "wants_receipt"):
        assert "checked" in tag_of(page, "input", name=name)
    assert "Bravo" in words_of(page)


def test_a_resumed_form_goes_on_with_the_same_gift(
    client: Client, send: Post, stripe_account: Sandbox
) -> None:
    send()
    page = client.get(f"/don/juin/?reprise={link_token(the_gift(), Scope.RESUME)}")

    send(form_key=form_key_of(page), amount="20")

    assert the_gift().amount_cents == 2000


def test_a_resumed_form_is_private_but_may_be_sent(client: Client, send: Post) -> None:
    send()

    page = client.get(f"/don/juin/?reprise={link_token(the_gift(), Scope.RESUME)}")

    assert page["Cache-Control"] == "private, no-store"
    assert page["X-Robots-Tag"] == "noindex"
    # From a no-referrer page browsers send "Origin: null", which Django takes for a forgery.
    assert page["Referrer-Policy"] == "same-origin"


def test_a_gift_paid_in_another_tab_is_not_resumed(
    client: Client, send: Post, stripe_account: Sandbox
) -> None:
    send()
    stripe_account.pay(stripe_account.find("checkout.session")[0]["id"], "card")

    answer = client.get(f"/don/juin/?reprise={link_token(the_gift(), Scope.RESUME)}")

    assert answer.status_code == 303
    assert answer["Location"] == f"/don/merci/{link_token(the_gift(), Scope.THANKS)}/"


def test_while_stripe_is_silent_a_resumed_form_claims_nothing(
    client: Client, send: Post, stripe_account: Sandbox
) -> None:
    send()
    stripe_account.faults.add("status", status=500, path="/v1/checkout", count=9)

    words = words_of(client.get(f"/don/juin/?reprise={link_token(the_gift(), Scope.RESUME)}"))

    assert "débité" not in words
    assert "encore là" in words


def test_a_resume_link_dies_after_a_day(client: Client, send: Post) -> None:
    send()
    day_before = timezone.now() - timedelta(hours=25)
    Donation.objects.update(created_at=day_before, opened_at=day_before)

    page = client.get(f"/don/juin/?reprise={link_token(the_gift(), Scope.RESUME)}")

    assert page.status_code == 410
    assert "n’est plus valable" in words_of(page)
    assert "Amina" not in words_of(page)
    assert page["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("scope", ["thanks", "forged"])
def test_only_a_resume_token_resumes(client: Client, send: Post, scope: str) -> None:
    send()
    gift = the_gift()
    token = link_token(gift, Scope.THANKS) if scope == "thanks" else f"{gift.uuid.hex}.AAAA"

    assert client.get(f"/don/juin/?reprise={token}").status_code == 404


def test_a_resume_token_belongs_to_its_campaign(client: Client, send: Post, campaign: Campaign) -> None:
    send()
    token = link_token(the_gift(), Scope.RESUME)
    other = Campaign.objects.create(
        organisation=campaign.organisation,
        code="noel",
        name="Noël",
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
    )

    assert client.get(f"/don/{other.code}/?reprise={token}").status_code == 404


def test_the_form_is_not_kept_by_shared_caches(client: Client, campaign: Campaign) -> None:
    assert client.get("/don/juin/")["Cache-Control"] == "private, no-cache"


def test_the_form_costs_few_queries_however_many_gifts_there_are(
    client: Client, send: Post, django_assert_max_num_queries: Any
) -> None:
    client.get("/don/juin/")
    with django_assert_max_num_queries(5):
        client.get("/don/juin/")
    for number in range(3):
        send(email=f"amina.{number}@example.org")
    with django_assert_max_num_queries(5):
        client.get("/don/juin/?montant=30&source=affiche")


def test_a_returning_donor_with_the_same_details_is_one_person(send: Post) -> None:
    send()
    send()

    assert (Donation.objects.count(), Donor.objects.count()) == (2, 1)
