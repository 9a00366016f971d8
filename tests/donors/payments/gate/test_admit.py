"""Who gets through the gate: limits that nobody meets by giving, and that a machine meets at once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from donors.payments.gate.admit import Reason, TurnedAway, admit
from donors.payments.gate.attack import begin_attack, current_attack
from donors.payments.gate.models import GateEvent
from donors.payments.gate.traces import Visit, address_key, email_key
from donors.payments.gate.watch import note_decline
from tests.donors.payments.gate.visits import a_declined_charge, a_proof, a_visit

pytestmark = pytest.mark.django_db

NOW = timezone.now()
CAFE = address_key("192.0.2.1")
AMINA = email_key("amina@example.org")


def refusal_of(visit: Visit, **how: object) -> TurnedAway:
    with pytest.raises(TurnedAway) as caught:
        admit(visit, at=NOW, **how)  # type: ignore[arg-type]
    return caught.value


def opened() -> int:
    return GateEvent.objects.filter(kind="opened").count()


def test_somebody_who_gives_walks_through_and_leaves_a_trace_without_a_name() -> None:
    visit = a_visit()

    admit(visit, at=NOW)

    trace = GateEvent.objects.get()
    assert (trace.kind, trace.gift_uuid, trace.amount_cents) == ("opened", visit.gift_uuid, 5000)
    assert (trace.address_key, trace.email_key) == (visit.address_key, visit.email_key)


def test_an_address_opens_so_many_pages_and_then_waits_ten_minutes(settings: Settings) -> None:
    settings.GATE_PER_ADDRESS = 3
    for _ in range(3):
        admit(a_visit(address_key=CAFE), at=NOW)

    refusal = refusal_of(a_visit(address_key=CAFE))

    assert (refusal.reason, refusal.wait) == (Reason.ADDRESS, timedelta(minutes=10))
    admit(a_visit(), at=NOW)
    admit(a_visit(address_key=CAFE), at=NOW + timedelta(minutes=10))
    assert opened() == 5


def test_an_email_opens_so_many_pages_a_day_from_wherever(settings: Settings) -> None:
    settings.GATE_PER_EMAIL = 2
    for _ in range(2):
        admit(a_visit(email_key=AMINA), at=NOW)

    refusal = refusal_of(a_visit(email_key=AMINA))

    assert (refusal.reason, refusal.wait) == (Reason.EMAIL, timedelta(days=1))
    admit(a_visit(email_key=AMINA), at=NOW + timedelta(days=1))
    assert opened() == 3


def test_an_unknown_address_is_not_one_address(settings: Settings) -> None:
    """Behind a proxy that does not say who is there, nobody is kept out for another."""
    settings.GATE_PER_ADDRESS = 1

    for _ in range(3):
        admit(a_visit(address_key=""), at=NOW)

    assert opened() == 3


def test_declined_cards_make_an_address_wait_for_an_hour(settings: Settings) -> None:
    settings.GATE_PER_ADDRESS = 5
    visit = a_visit(address_key=CAFE)
    admit(visit, at=NOW)
    for _ in range(5):
        note_decline(a_declined_charge(visit.gift_uuid, at=NOW).pk, at=NOW)

    refusal = refusal_of(a_visit(address_key=CAFE))

    assert (refusal.reason, refusal.wait) == (Reason.DECLINES, timedelta(hours=1))
    admit(a_visit(), at=NOW)
    admit(a_visit(address_key=CAFE), at=NOW + timedelta(hours=1))


def test_the_same_form_sent_again_is_the_same_page(settings: Settings) -> None:
    settings.GATE_PER_ADDRESS = settings.GATE_PER_EMAIL = 1
    visit = a_visit()

    for _ in range(5):
        admit(visit, at=NOW)

    assert opened() == 1


def test_the_same_form_with_another_amount_is_another_page(settings: Settings) -> None:
    """Otherwise one form would open any number of pages."""
    settings.GATE_PER_ADDRESS = 1
    visit = a_visit()
    admit(visit, at=NOW)

    again = a_visit(gift_uuid=visit.gift_uuid, address_key=visit.address_key, amount_cents=6000)
    assert refusal_of(again).reason == Reason.ADDRESS
    other_email = a_visit(gift_uuid=visit.gift_uuid, address_key=visit.address_key)
    assert refusal_of(other_email).reason == Reason.ADDRESS


def test_the_whole_sites_limit_starts_attack_mode_instead_of_shutting_the_door(
    settings: Settings,
) -> None:
    settings.GATE_IN_ALL = 6
    for _ in range(6):
        admit(a_visit(), at=NOW)

    refusal = refusal_of(a_visit())

    assert (refusal.reason, refusal.wait) == (Reason.NO_PROOF, timedelta(0))
    assert current_attack()


def test_during_an_attack_a_proof_opens_the_gate_once(settings: Settings) -> None:
    begin_attack("Une raison.", at=NOW)
    visit = a_visit()
    assert refusal_of(visit).reason == Reason.NO_PROOF

    proof = a_proof(visit.gift_uuid, at=NOW)
    admit(visit, at=NOW, proof=proof)

    admit(visit, at=NOW)  # the second click
    dearer = Visit(**{**vars(visit), "amount_cents": 9000})
    assert refusal_of(dearer, proof=proof).reason == Reason.NO_PROOF
    assert opened() == 1


def test_a_proof_for_one_form_does_not_open_another() -> None:
    begin_attack("Une raison.", at=NOW)
    proof = a_proof(a_visit().gift_uuid, at=NOW)

    assert refusal_of(a_visit(), proof=proof).reason == Reason.NO_PROOF


def test_a_proof_is_not_used_up_in_quiet_times() -> None:
    visit = a_visit()

    admit(visit, at=NOW, proof=a_proof(visit.gift_uuid, at=NOW))

    assert GateEvent.objects.get().once is None


def test_during_an_attack_limits_and_minimum_are_tighter(settings: Settings) -> None:
    settings.GATE_PER_ADDRESS, settings.GATE_IN_ALL = 3, 6
    begin_attack("Une raison.", at=NOW)

    small = a_visit(amount_cents=999)
    assert refusal_of(small, proof=a_proof(small.gift_uuid, at=NOW)).reason == Reason.TOO_LITTLE
    for reason in (None, Reason.ADDRESS):
        visit = a_visit(address_key=CAFE)
        proof = a_proof(visit.gift_uuid, at=NOW)
        if reason is None:
            admit(visit, at=NOW, proof=proof)
        else:
            assert refusal_of(visit, proof=proof).reason == reason
    other = a_visit()
    admit(other, at=NOW, proof=a_proof(other.gift_uuid, at=NOW))
    last = a_visit()
    assert refusal_of(last, proof=a_proof(last.gift_uuid, at=NOW)).reason == Reason.IN_ALL


def test_a_flood_from_one_address_writes_one_row_a_minute(settings: Settings) -> None:
    settings.GATE_PER_ADDRESS = 1
    admit(a_visit(address_key=CAFE), at=NOW)

    for _ in range(20):
        refusal_of(a_visit(address_key=CAFE))

    assert GateEvent.objects.filter(kind="refused").count() == 1


def test_the_gate_costs_few_queries_however_much_it_has_seen(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(30):
        admit(a_visit(), at=NOW)

    with django_assert_max_num_queries(9):  # the transaction's own two among them
        admit(a_visit(), at=NOW)
