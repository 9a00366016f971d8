from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from donors.campaigns.regimes import OrganisationRegime
from donors.gifts.models import Donation, LedgerEntry, Status
from donors.gifts.returns import Dispute, Refund
from donors.gifts.status import move
from donors.receipts.eligibility import Code, NotReceiptable, obstacles, obstacles_together, same_donor
from donors.receipts.issue import issue_receipt
from tests.factories import a_campaign, a_company, a_donation, a_donor, a_paid_donation, an_organisation

pytestmark = pytest.mark.django_db


def codes(donation: Donation) -> list[Code]:
    return [obstacle.code for obstacle in obstacles(donation)]


def test_a_paid_gift_of_a_person_with_an_address_meets_no_obstacle() -> None:
    assert obstacles(a_paid_donation()) == []


@pytest.mark.parametrize("status", ["created", "open", "processing", "failed", "expired", "canceled"])
def test_a_gift_that_is_not_paid_has_no_receipt(status: str) -> None:
    assert codes(a_donation(status=status)) == [Code.NOT_PAID]


def test_a_gift_that_the_bank_took_back_has_no_receipt() -> None:
    donation = a_paid_donation()
    move(donation, Status.REVERSED, at=timezone.now(), because="test")

    assert codes(donation) == [Code.REVERSED]


def test_a_gift_that_is_set_aside_has_no_receipt() -> None:
    donation = a_paid_donation()
    donation.hold = Donation.Hold.MISMATCH

    assert codes(donation) == [Code.HELD]
    assert "Stripe annonce autre chose" in obstacles(donation)[0].sentence


def test_a_gift_that_was_sent_back_whole_has_no_receipt() -> None:
    donation = a_paid_donation()
    a_refund(donation, 5000)

    assert codes(donation) == [Code.NOTHING_LEFT]


def test_a_gift_that_was_sent_back_in_part_may_have_one_over_the_rest() -> None:
    donation = a_paid_donation()
    a_refund(donation, 1500)

    assert obstacles(donation) == []


@pytest.mark.parametrize("status", ["requested", "pending", "requires_action"])
def test_while_a_refund_is_on_its_way_there_is_none(status: str) -> None:
    donation = a_paid_donation()
    a_refund(donation, 1500, status=status)

    assert codes(donation) == [Code.REFUNDING]


@pytest.mark.parametrize("status", ["failed", "canceled", "refused"])
def test_a_refund_that_came_to_nothing_stands_in_nobodys_way(status: str) -> None:
    donation = a_paid_donation()
    a_refund(donation, 1500, status=status, booked=False)

    assert obstacles(donation) == []


def test_while_the_bank_has_not_decided_there_is_none() -> None:
    donation = a_paid_donation()
    a_dispute(donation, stage="open")
    book(donation, "dispute", -5000)

    assert codes(donation) == [Code.DISPUTED]


@pytest.mark.parametrize("stage", ["inquiry", "closed", "prevented", "won"])
def test_a_dispute_that_holds_no_money_stands_in_nobodys_way(stage: str) -> None:
    donation = a_paid_donation()
    a_dispute(donation, stage=stage)

    assert obstacles(donation) == []


def test_a_dispute_that_is_lost_leaves_nothing() -> None:
    donation = a_paid_donation()
    a_dispute(donation, stage="lost")
    book(donation, "dispute", -5000)

    assert codes(donation) == [Code.NOTHING_LEFT]


@pytest.mark.parametrize(("kind", "cents"), [("refund", -5000), ("refund", -100), ("dispute", -5000)])
def test_money_that_went_back_without_a_word_why_stands_in_the_way(kind: str, cents: int) -> None:
    donation = a_paid_donation()
    book(donation, kind, cents)

    assert codes(donation) == [Code.NOT_BOOKED]


def test_a_refund_that_the_ledger_does_not_know_yet_stands_in_the_way() -> None:
    donation = a_paid_donation()
    a_refund(donation, 1500, booked=False)

    assert codes(donation) == [Code.NOT_BOOKED]


def test_a_dispute_that_was_won_back_stands_in_the_way_no_more() -> None:
    donation = a_paid_donation()
    taken = book(donation, "dispute", -5000)
    book(donation, "dispute", 5000, reverses=taken)

    assert obstacles(donation) == []


def test_a_gift_without_its_ledger_line_has_no_receipt() -> None:
    donation = a_donation(status="succeeded", succeeded_at=timezone.now(), credited_at=timezone.now())

    assert codes(donation) == [Code.NOT_BOOKED]


def test_the_reason_of_the_organisation_is_told() -> None:
    body = an_organisation(receipts_enabled=False, receipts_reason="Rescrit attendu.")

    found = obstacles(a_paid_donation(campaign=a_campaign(organisation=body)))

    assert [o.code for o in found] == [Code.RECEIPTS_OFF]
    assert found[0].sentence == "L’organisme n’émet pas de reçus fiscaux : Rescrit attendu."


def test_an_organisation_without_a_reason_says_so() -> None:
    body = an_organisation(receipts_enabled=False, receipts_reason="")

    found = obstacles(a_paid_donation(campaign=a_campaign(organisation=body)))

    assert "aucun motif" in str(found[0])


def test_who_did_not_ask_gets_none() -> None:
    assert codes(a_paid_donation(wants_receipt=False)) == [Code.NOT_WANTED]


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, []),
        ({"siren": ""}, [Code.NO_SIREN]),
        ({"siren": "732829321"}, [Code.NO_SIREN]),
        ({"legal_form": " "}, [Code.NO_LEGAL_FORM]),
        ({"siren": "", "legal_form": ""}, [Code.NO_SIREN, Code.NO_LEGAL_FORM]),
        ({"first_name": ""}, []),
    ],
)
def test_a_company_needs_its_number_and_its_legal_form(facts: dict[str, Any], found: list[Code]) -> None:
    assert codes(a_paid_donation(donor=a_company(**facts))) == found


@pytest.mark.parametrize("facts", [{"siren": "732829320"}, {"organisation_name": "Boulangerie Martin"}])
def test_a_person_with_the_facts_of_a_company_gets_no_receipt_of_the_persons_form(
    facts: dict[str, Any],
) -> None:
    assert codes(a_paid_donation(donor=a_donor(**facts))) == [Code.WRONG_FORM]


def test_a_gift_of_the_other_mode_is_refused_by_name() -> None:
    assert codes(a_paid_donation(livemode=True)) == [Code.OTHER_MODE]


def test_gifts_of_one_donor_and_one_year_may_stand_together() -> None:
    assert obstacles_together(two_gifts()) == []


def test_the_same_person_may_have_moved_meanwhile() -> None:
    one = a_donor(email="amina@example.org")
    other = a_donor(email="Amina@example.org", last_name="BENALI ", street="1 place Gambetta")

    assert same_donor(one, other)
    assert not same_donor(one, a_donor(email="amina@example.org", first_name="Samir"))


def test_a_company_is_known_by_its_number() -> None:
    assert same_donor(a_company(email="a@example.org"), a_company(email="b@example.org"))
    assert not same_donor(a_company(), a_company(siren="552100554"))
    assert not same_donor(a_company(), a_donor())


def test_gifts_of_two_donors_never_share_a_receipt() -> None:
    one, other = two_gifts()
    other.donor = a_donor()

    found = obstacles_together([one, other])

    assert [each.code for each in found] == [Code.MIXED_DONORS]
    assert str(found[0]) == "Un reçu ne réunit que les dons d’un même donateur."


def test_gifts_of_two_years_never_share_a_receipt() -> None:
    one, other = two_gifts()
    assert one.credited_at is not None
    one.credited_at = one.credited_at.replace(year=2019)

    assert [each.code for each in obstacles_together([one, other])] == [Code.MIXED_YEARS]


def test_a_gift_that_is_on_a_receipt_is_refused_with_its_number() -> None:
    one, other = two_gifts()
    receipt = issue_receipt(one, at=timezone.now())

    found = obstacles_together([one, other])

    assert [each.code for each in found] == [Code.RECEIPTED]
    assert receipt.full_number in str(found[0])


def test_what_stands_against_one_gift_names_it() -> None:
    one, other = two_gifts()
    a_refund(other, 5000)

    found = obstacles_together([one, other])

    assert [each.code for each in found] == [Code.NOTHING_LEFT]
    assert str(found[0]).startswith(f"Don n°\u00a0{other.pk} : Il ne reste rien")


def two_gifts() -> list[Donation]:
    donor, campaign = a_donor(), a_campaign()
    return [a_paid_donation(donor=donor, campaign=campaign) for _ in range(2)]


@pytest.mark.parametrize("missing", ["street", "postcode", "city", "country"])
def test_an_address_with_a_hole_is_an_obstacle(missing: str) -> None:
    assert codes(a_paid_donation(donor=a_donor(**{missing: ""}))) == [Code.NO_ADDRESS]


@pytest.mark.parametrize("names", [{"first_name": ""}, {"first_name": "  "}, {"last_name": " "}])
def test_a_donor_without_both_names_is_an_obstacle(names: dict[str, Any]) -> None:
    assert codes(a_paid_donation(donor=a_donor(**names))) == [Code.NO_NAME]


def test_a_missing_mention_is_an_obstacle_that_names_it() -> None:
    body = an_organisation(signature_svg="", purpose="")

    found = obstacles(a_paid_donation(campaign=a_campaign(organisation=body)))

    assert [str(o) for o in found] == [
        "Il manque au reçu : l’objet de l’organisme.",
        "Il manque au reçu : la signature.",
    ]


def test_all_obstacles_are_told_at_once() -> None:
    body = an_organisation(receipts_enabled=False)
    donation = a_donation(
        campaign=a_campaign(organisation=body), donor=a_donor(street=""), wants_receipt=False
    )

    assert codes(donation) == [Code.NOT_PAID, Code.RECEIPTS_OFF, Code.NOT_WANTED, Code.NO_ADDRESS]


def test_the_refusal_carries_its_reasons() -> None:
    found = obstacles(a_donation())

    error = NotReceiptable(found)

    assert error.obstacles == found
    assert str(error) == "Ce don n’est pas encaissé."


def test_asking_costs_four_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rows = Donation.objects.select_related("donor", "campaign__organisation")
    donation = rows.get(pk=a_paid_donation().pk)

    with django_assert_num_queries(4):
        assert obstacles(donation) == []


def book(donation: Donation, kind: str, cents: int, *, reverses: LedgerEntry | None = None) -> LedgerEntry:
    now = timezone.now()
    return LedgerEntry.objects.create(
        kind=kind,
        donation=donation,
        amount_cents=cents,
        occurred_at=now,
        booked_at=now,
        livemode=donation.livemode,
        key=f"{kind}:{donation.pk}:{cents}",
        reverses=reverses,
    )


def a_refund(donation: Donation, cents: int, *, status: str = "succeeded", booked: bool = True) -> Refund:
    refund = Refund.objects.create(
        donation=donation,
        amount_cents=cents,
        status=status,
        reason="donor",
        requested_at=timezone.now(),
        stripe_refund_id=f"{donation.pk}:-{cents}",  # as `book` names its line
    )
    if booked and status == "succeeded":
        book(donation, "refund", -cents)
    return refund


def a_dispute(donation: Donation, *, stage: str) -> Dispute:
    return Dispute.objects.create(
        donation=donation,
        amount_cents=donation.amount_cents,
        stage=stage,
        opened_at=timezone.now(),
        stripe_dispute_id=f"du_{donation.pk}",
    )


def test_no_receipt_for_a_day_without_a_tax_regime() -> None:
    body = an_organisation(regime="")
    OrganisationRegime.objects.create(organisation=body, starts_on=date(2026, 6, 12))
    eve = datetime(2026, 6, 11, 21, 59, tzinfo=UTC)
    first_minute = datetime(2026, 6, 11, 22, 0, tzinfo=UTC)  # midnight in Paris
    before, after = (
        a_paid_donation(campaign=a_campaign(organisation=body), credited_at=at) for at in (eve, first_minute)
    )

    assert [str(obstacle) for obstacle in obstacles(before)] == [
        "Aucun régime fiscal de l’organisme n’était en vigueur le 11 juin 2026."
    ]
    assert obstacles(after) == []


def test_a_body_that_the_law_does_not_name_gives_no_receipt_to_a_company() -> None:
    body = an_organisation(category="insertion_workshop")
    company = a_company()
    campaign = a_campaign(organisation=body)

    [obstacle] = obstacles(a_paid_donation(campaign=campaign, donor=company))

    assert obstacle.code == Code.NO_ARTICLE
    assert "« Ateliers et chantiers d’insertion » n’ouvre droit à aucune réduction" in obstacle.sentence
    assert obstacles(a_paid_donation(campaign=campaign)) == []
