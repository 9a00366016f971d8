"""An attack is noticed, told once, logged, and over by itself; a donor with an empty account is no attack."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import Settings

from donors import tasks
from donors.payments.gate.admit import TurnedAway, admit
from donors.payments.gate.attack import begin_attack, current_attack, end_attack
from donors.payments.gate.models import AttackEpisode, AttackStep, GateEvent
from donors.payments.gate.traces import email_key
from donors.payments.gate.watch import FEW_REFUSALS, note_decline, watch
from donors.payments.models import Alarm, StripeCustomer
from tests.donors.payments.gate.visits import a_declined_charge, a_visit
from tests.factories import a_donor

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LATER = NOW + timedelta(minutes=31)


def declined_pages(number: int, *, of: int) -> None:
    """So many pages are opened, and on so many of them a card is declined."""
    for index in range(of):
        visit = a_visit()
        admit(visit, at=NOW)
        if index < number:
            note_decline(a_declined_charge(visit.gift_uuid, at=NOW).pk, at=NOW)


def declines() -> int:
    return GateEvent.objects.filter(kind="declined").count()


def test_a_declined_charge_is_counted_once_however_often_it_is_told() -> None:
    visit = a_visit()
    admit(visit, at=NOW)
    events = [a_declined_charge(visit.gift_uuid, at=NOW, charge="ch_same") for _ in range(2)]

    counted = [note_decline(event.pk, at=NOW) for event in (*events, *events)]

    assert counted == [True, False, False, False]
    trace = GateEvent.objects.get(kind="declined")
    assert (trace.address_key, trace.email_key) == (visit.address_key, visit.email_key)


def test_two_tries_on_one_page_are_two_declines() -> None:
    visit = a_visit()
    admit(visit, at=NOW)

    for _ in range(2):
        note_decline(a_declined_charge(visit.gift_uuid, at=NOW).pk, at=NOW)

    assert declines() == 2


@pytest.mark.parametrize(
    "over",
    [
        {"type": "charge.succeeded"},
        {"type": "payment_intent.payment_failed"},
        {"livemode": True},
        {"said": {"metadata": {}}},
        {"said": {"metadata": None}},
        {"said": {"metadata": {"donation": "no uuid"}}},
        {"said": {"metadata": {}, "customer": "cus_nobody"}},
    ],
)
def test_what_is_no_declined_card_of_ours_is_not_counted(over: dict[str, object]) -> None:
    visit = a_visit()
    admit(visit, at=NOW)

    assert not note_decline(a_declined_charge(visit.gift_uuid, at=NOW, **over).pk, at=NOW)
    assert not note_decline(a_declined_charge(a_visit().gift_uuid, at=NOW).pk, at=NOW)
    assert not note_decline(987_654, at=NOW)
    assert declines() == 0


def test_a_monthly_gifts_charge_is_known_by_its_customer() -> None:
    donor = a_donor(email="amina@example.org")
    StripeCustomer.objects.create(donor=donor, livemode=False, stripe_customer_id="cus_1", created_at=NOW)
    admit(a_visit(email_key=email_key("amina@example.org")), at=NOW)

    event = a_declined_charge("", at=NOW, said={"metadata": {}, "customer": "cus_1"})

    assert note_decline(event.pk, at=NOW)


def test_many_declines_for_few_pages_are_an_attack(settings: Settings) -> None:
    settings.GATE_DECLINES = 5

    declined_pages(4, of=5)
    assert current_attack() is None
    declined_pages(1, of=1)

    attack = current_attack()
    assert attack
    assert attack.why == "5 paiements refusés pour 6 pages ouvertes en dix minutes."


def test_many_declines_on_a_busy_day_are_no_attack(settings: Settings) -> None:
    """One card in ten is declined on any good day."""
    settings.GATE_DECLINES = 3
    for _ in range(30):
        admit(a_visit(), at=NOW)

    declined_pages(10, of=10)

    assert current_attack() is None


def test_old_declines_do_not_add_up(settings: Settings) -> None:
    settings.GATE_DECLINES = 2
    declined_pages(1, of=1)

    visit = a_visit()
    admit(visit, at=LATER)
    note_decline(a_declined_charge(visit.gift_uuid, at=LATER).pk, at=LATER)

    assert current_attack() is None


def test_the_treasurer_is_told_once_and_each_step_is_logged(settings: Settings) -> None:
    settings.GATE_DECLINES = 3

    for _ in range(9):
        visit = a_visit()
        try:
            admit(visit, at=NOW)
        except TurnedAway:
            continue
        note_decline(a_declined_charge(visit.gift_uuid, at=NOW).pk, at=NOW)

    alarm = Alarm.objects.get()
    assert alarm.kind == Alarm.Kind.ATTACK
    assert "3 paiements refusés" in alarm.text
    assert "Protection des paiements" in alarm.text
    steps = list(AttackStep.objects.values_list("text", flat=True))
    assert steps[0].startswith("Mode attaque activé.")
    assert "don minimum 10\u00a0€" in steps[1]
    assert "calcul" in steps[2]
    assert "prévenue" in steps[3]


def test_attack_mode_begins_once_when_two_notice_it() -> None:
    first, second = (begin_attack("Une raison.", at=NOW) for _ in range(2))

    assert first == second
    assert Alarm.objects.count() == 1


def test_attack_mode_ends_after_half_an_hour_of_quiet() -> None:
    begin_attack("Une raison.", at=NOW)

    watch(at=NOW + timedelta(minutes=29))
    assert current_attack()
    watch(at=LATER)

    assert current_attack() is None
    ended = AttackEpisode.objects.get()
    assert ended.ended_at == LATER
    last = ended.steps.last()
    assert last
    assert last.text.startswith("Mode attaque terminé.")


def test_attack_mode_stays_while_cards_are_declined() -> None:
    visit = a_visit()
    admit(visit, at=NOW)
    begin_attack("Une raison.", at=NOW)
    soon = NOW + timedelta(minutes=10)
    note_decline(a_declined_charge(visit.gift_uuid, at=soon).pk, at=soon)

    watch(at=LATER)
    assert current_attack()
    watch(at=soon + timedelta(minutes=31))
    assert current_attack() is None


def test_attack_mode_stays_while_many_are_turned_away() -> None:
    begin_attack("Une raison.", at=NOW)
    soon = NOW + timedelta(minutes=10)
    for _ in range(FEW_REFUSALS):
        with pytest.raises(TurnedAway):
            admit(a_visit(), at=soon)

    watch(at=LATER)

    assert current_attack()


def test_one_donor_without_javascript_does_not_keep_the_attack_going() -> None:
    begin_attack("Une raison.", at=NOW)
    with pytest.raises(TurnedAway):
        admit(a_visit(), at=NOW + timedelta(minutes=10))

    watch(at=LATER)

    assert current_attack() is None


def test_ending_twice_is_ending_once() -> None:
    attack = begin_attack("Une raison.", at=NOW)

    assert [end_attack(attack, "Assez.", at=LATER) for _ in range(2)] == [True, False]
    assert AttackStep.objects.filter(text__startswith="Mode attaque terminé").count() == 1


def test_a_second_attack_is_told_again() -> None:
    end_attack(begin_attack("Une raison.", at=NOW), "Assez.", at=NOW)

    begin_attack("Une autre.", at=LATER)

    assert Alarm.objects.count() == AttackEpisode.objects.count() == 2


def test_traces_are_forgotten_after_two_days() -> None:
    admit(a_visit(), at=NOW)
    admit(a_visit(), at=NOW + timedelta(hours=1))

    watch(at=NOW + timedelta(hours=48))

    assert GateEvent.objects.count() == 1


def test_the_workers_schedule_ends_an_attack() -> None:
    begin_attack("Une raison.", at=NOW - timedelta(hours=1))

    tasks.watch_gate.call()

    assert "donors.tasks.watch_gate" in settings.SCHEDULE
    assert current_attack() is None
