"""What bad input gets: a French sentence beside the field, and nothing lost."""

from typing import Any

import pytest
from django.test import Client

from donors.campaigns.models import Campaign, Organisation
from donors.gifts.models import Donation
from stripe_sandbox.core import Sandbox
from tests.donors.giving.conftest import Post, tag_of, the_gift, words_of

pytestmark = pytest.mark.django_db

OTHER: dict[str, Any] = {"amount": "other"}


def refused(page: Any, field: str) -> str:
    """The sentence beside one field, after checking that the page says it in every place it should."""
    assert page.status_code == 200
    assert Donation.objects.count() == 0
    (sentence,) = page.context["form"].errors[field]
    target = "id_amount_0" if field == "amount" else f"id_{field}"
    words = words_of(page)
    assert words.count(" ".join(sentence.split())) == 2, "once in the summary, once beside the field"
    assert tag_of(page, "a", href=f"#{target}")
    assert tag_of(page, "p", id=f"id_{field}_error")
    assert "<title>Erreur – " in page.content.decode()
    return str(sentence)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Indiquez un montant"),
        ("0", "supérieur à zéro"),
        ("0,00", "supérieur à zéro"),
        ("-5", "supérieur à zéro"),
        ("4,99", "Le don minimum est de 5\u00a0€."),
        ("10 000,01", "limité à 10\u202f000\u00a0€"),
        ("99999999999999", "trop grand"),
        ("25,505", "deux chiffres après la virgule"),
        ("vingt", "en chiffres"),
        ("1e3", "en chiffres"),
        ("25 €€", "en chiffres"),
        ("٢٥", "en chiffres"),
        ("<script>", "en chiffres"),
    ],
)
def test_an_amount_of_ones_own_that_cannot_be(send: Post, typed: str, sentence: str) -> None:
    page = send(amount="other", other_amount=typed)

    assert sentence in refused(page, "other_amount")
    assert "checked" in tag_of(page, "input", name="amount", value="other")
    assert 'aria-invalid="true"' in tag_of(page, "input", name="other_amount")
    assert f'value="{typed}"' in tag_of(page, "input", name="other_amount") or not typed


def test_who_gives_too_much_for_a_card_learns_whom_to_write_to(send: Post) -> None:
    assert "dons@example.org" in refused(send(amount="other", other_amount="20000"), "other_amount")


def test_the_bounds_are_the_campaigns_own(send: Post) -> None:
    Campaign.objects.update(minimum_cents=1000, maximum_cents=3000)

    assert "10\u00a0€" in refused(send(amount="other", other_amount="9"), "other_amount")
    assert "30\u00a0€" in refused(send(amount="other", other_amount="31"), "other_amount")


@pytest.mark.parametrize("amount", [None, "", "55", "50.00", "-1", "' OR 1=1"])
def test_no_amount_or_one_that_was_not_proposed(send: Post, amount: str | None) -> None:
    assert "Choisissez un montant" in refused(send(amount=amount), "amount")


def test_an_amount_typed_without_ticking_other_is_understood(send: Post) -> None:
    send(amount=None, other_amount="30")

    assert the_gift().amount_cents == 3000


def test_two_different_amounts_are_never_guessed_between(send: Post) -> None:
    page = send(amount="50", other_amount="30")

    assert "Vous avez coché 50\u00a0€ et écrit « 30 »" in refused(page, "other_amount")


@pytest.mark.parametrize("typed", ["50", "50,00", "50 €"])
def test_the_same_amount_said_twice_is_no_contradiction(send: Post, typed: str) -> None:
    send(amount="50", other_amount=typed)

    assert the_gift().amount_cents == 5000


def test_a_monthly_gift_needs_a_campaign_with_monthly_amounts(send: Post) -> None:
    assert "seulement le don en une fois" in refused(send(frequency="monthly"), "amount")
    assert not Donation.objects.exists()


def test_a_form_without_its_frequency_is_a_gift_in_one_go(send: Post) -> None:
    assert send(frequency=None).status_code == 303


@pytest.mark.parametrize(
    "email",
    ["amina", "amina@", "@example.org", "a b@example.org", "amina@example", "amina@example.org\nBcc:x@y.fr"],
)
def test_an_email_that_is_none(send: Post, email: str) -> None:
    assert "prenom.nom@exemple.fr" in refused(send(email=email), "email")


def test_an_email_that_is_too_long(send: Post) -> None:
    page = send(email=f"{'a' * 60}@{'.'.join(['b' * 60] * 4)}.org")

    assert page.status_code == 200
    assert page.context["form"].errors["email"]


@pytest.mark.parametrize(
    ("field", "sentence"),
    [("email", "votre adresse e-mail"), ("first_name", "votre prénom"), ("last_name", "votre nom")],
)
@pytest.mark.parametrize("typed", ["", "   ", None])
def test_who_gives_must_say_who(send: Post, field: str, sentence: str, typed: str | None) -> None:
    assert sentence in refused(send(**{field: typed}), field)


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("street", "votre adresse"),
        ("postcode", "votre code postal"),
        ("city", "votre ville"),
        ("country", "pays"),
    ],
)
def test_a_receipt_needs_the_whole_address(send: Post, field: str, sentence: str) -> None:
    assert sentence in refused(send(**{field: ""}), field)


def test_an_unknown_country_is_refused(send: Post) -> None:
    assert "pays" in refused(send(country="XX"), "country")


@pytest.mark.parametrize("postcode", ["3300", "330000", "F-33000", "abcde", "３３０００"])
def test_a_french_postcode_has_five_digits(send: Post, postcode: str) -> None:
    assert "cinq chiffres" in refused(send(postcode=postcode), "postcode")


def test_a_french_postcode_may_be_typed_with_a_space(send: Post) -> None:
    send(postcode="33 800")

    assert the_gift().donor.postcode == "33800"


def test_a_foreign_postcode_has_its_own_shape(send: Post) -> None:
    send(postcode="1050 AB", city="Bruxelles", country="BE")

    assert (the_gift().donor.postcode, the_gift().donor.country) == ("1050 AB", "BE")


def test_an_organisation_has_a_name(send: Post) -> None:
    page = send(as_organisation="on", siren="732829320")

    assert "nom de l’organisme" in refused(page, "organisation_name")


@pytest.mark.parametrize("siren", ["732829321", "12345678", "7328293200", "abc", "000000001"])
def test_a_siren_that_does_not_exist(send: Post, siren: str) -> None:
    page = send(as_organisation="on", organisation_name="Le Fournil", siren=siren)

    assert "n’existe pas" in refused(page, "siren")
    assert f'value="{siren}"' in tag_of(page, "input", name="siren")


def test_who_types_a_siret_is_shown_its_siren(send: Post) -> None:
    page = send(as_organisation="on", organisation_name="Le Fournil", siren="732 829 320 00074")

    assert "732829320" in refused(page, "siren")


def test_the_receipt_of_a_french_organisation_needs_the_siren(send: Post) -> None:
    page = send(as_organisation="on", organisation_name="Le Fournil", siren="")

    assert "Indiquez le SIREN" in refused(page, "siren")


@pytest.mark.parametrize("changed", [{"wants_receipt": None}, {"country": "BE"}])
def test_elsewhere_an_organisation_may_have_no_siren(send: Post, changed: dict[str, Any]) -> None:
    assert send(as_organisation="on", organisation_name="Le Fournil", siren="", **changed).status_code == 303


def test_what_stands_in_fields_that_are_not_asked_is_no_error_and_not_kept(send: Post) -> None:
    send(siren="abc", organisation_name="\x07")

    assert (the_gift().donor.kind, the_gift().donor.siren) == ("person", "")


def test_a_message_that_is_too_long_is_counted(send: Post) -> None:
    page = send(message="é" * 281)

    assert "281 caractères" in refused(page, "message")
    assert "é" * 281 in words_of(page)
    assert tag_of(page, "details", **{"class": "give-words"}).endswith(" open>")


def test_a_line_break_counts_as_one_character(send: Post) -> None:
    assert send(message="\r\n".join(["é"] * 140)).status_code == 303


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f", "\u202e", "\u2066"])
@pytest.mark.parametrize("field", ["first_name", "last_name", "street", "message"])
def test_what_no_keyboard_writes_is_refused(send: Post, field: str, sign: str) -> None:
    assert "caractère invisible" in refused(send(**{field: f"a{sign}b"}), field)


@pytest.mark.parametrize("name", ["Thị Hương", "O’Brien-Łoś", "李", "فاطمة", "M\u2019Bappé 👩\u200d🏫"])
def test_names_of_all_languages_are_welcome(send: Post, name: str) -> None:
    send(first_name=name)

    assert the_gift().donor.first_name == name


def test_white_space_in_names_is_tidied(send: Post) -> None:
    send(first_name="  Marie\u00a0 \t Jeanne ", last_name="E\u0301mile")

    assert (the_gift().donor.first_name, the_gift().donor.last_name) == ("Marie Jeanne", "Émile")


def test_a_name_that_is_too_long_is_refused(send: Post) -> None:
    assert "100" in refused(send(last_name="a" * 101), "last_name")


def test_html_in_a_name_is_shown_as_text(send: Post) -> None:
    page = send(first_name='"><script>alert(1)</script>', email="x", message="</textarea><script>x</script>")

    assert b"<script>alert" not in page.content
    assert b"</textarea><script>" not in page.content
    assert "<script>alert(1)</script>" in page.context["form"]["first_name"].value()


def test_several_errors_are_all_listed_with_a_way_to_each(send: Post) -> None:
    page = send(amount=None, email="x", city="")

    assert "3 points sont à corriger" in words_of(page)
    summary = tag_of(page, "div", id="error-summary")
    assert 'role="alert"' in summary
    assert 'tabindex="-1"' in summary
    for target in ("id_amount_0", "id_email", "id_city"):
        assert tag_of(page, "a", href=f"#{target}")
        assert f'id="{target}"' in page.content.decode()


def test_nothing_typed_is_lost_after_an_error(send: Post) -> None:
    page = send(
        email="x",
        amount="other",
        other_amount="25,50",
        as_organisation="on",
        organisation_name="Le Fournil",
        message="Bravo",
        newsletter="on",
        anonymous="on",
        wants_receipt=None,
        source="affiche",
        country="BE",
    )

    kept = {"email": "x", "other_amount": "25,50", "organisation_name": "Le Fournil", "source": "affiche"}
    for name, value in {**kept, "street": "3 cours de l’Yser", "city": "Bordeaux"}.items():
        assert f'value="{value}"' in tag_of(page, "input", name=name)
    for name in ("newsletter", "anonymous", "as_organisation"):
        assert "checked" in tag_of(page, "input", name=name)
    assert "checked" not in tag_of(page, "input", name="wants_receipt")
    assert "selected" in tag_of(page, "option", value="BE")
    assert "Bravo" in words_of(page)


def test_an_error_is_tied_to_its_field_for_who_hears_the_page(send: Post) -> None:
    page = send(email="x")

    field = tag_of(page, "input", name="email")
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_email_helptext id_email_error"' in field


def test_a_bad_source_is_no_error(send: Post) -> None:
    send(source="deux mots")

    assert the_gift().source == ""


def test_when_no_receipts_are_issued_none_can_be_asked_for(send: Post, stripe_account: Sandbox) -> None:
    Organisation.objects.update(receipts_enabled=False)

    assert send(street="", postcode="", city="").status_code == 303
    assert not the_gift().wants_receipt


def test_a_campaign_without_proposed_amounts_takes_ones_own(
    client: Client, campaign: Campaign, send: Post
) -> None:
    campaign.presets.all().delete()
    page = client.get("/don/juin/")
    assert tag_of(page, "input", name="amount", value="other", id="id_amount_0")

    assert "Choisissez" in refused(send(amount=None), "amount")
    assert send(amount="other", other_amount="12").status_code == 303
