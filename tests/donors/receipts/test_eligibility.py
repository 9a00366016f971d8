from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from donors.gifts.models import Donation, LedgerEntry, Status
from donors.gifts.status import move
from donors.receipts.eligibility import Code, NotReceiptable, obstacles
from tests.factories import a_campaign, a_donation, a_donor, a_paid_donation, an_organisation

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


@pytest.mark.parametrize(("kind", "cents"), [("refund", -5000), ("refund", -100), ("dispute", -5000)])
def test_money_that_went_back_stands_in_the_way(kind: str, cents: int) -> None:
    donation = a_paid_donation()
    book(donation, kind, cents)

    assert codes(donation) == [Code.REFUNDED]


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


def test_an_organisation_gets_none_of_this_form() -> None:
    donor = a_donor(kind="organisation", organisation_name="Boulangerie Martin", siren="732829320")

    assert codes(a_paid_donation(donor=donor)) == [Code.ORGANISATION]


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


def test_asking_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rows = Donation.objects.select_related("donor", "campaign__organisation")
    donation = rows.get(pk=a_paid_donation().pk)

    with django_assert_num_queries(1):
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
