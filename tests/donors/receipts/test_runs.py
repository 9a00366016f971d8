from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction

from donors.campaigns.models import PARIS, Campaign
from donors.gifts.models import Donation
from donors.people.models import Donor
from donors.receipts import runs
from donors.receipts.checks import differences
from donors.receipts.issue import issue_together
from donors.receipts.models import Receipt, ReceiptLine
from donors.receipts.plan import plan_year, total
from donors.receipts.run_models import ReceiptRun, ReceiptRunItem
from donors.receipts.runs import RunUnderWay, carry_on, progress_of_run, retry_failed, start_run
from donors.receipts.under_way import say_who_runs
from donors.tasks import carry_receipt_run, sweep_receipt_runs
from tests.donors.receipts.test_eligibility import a_refund
from tests.donors.test_at_once import all_at_once
from tests.factories import a_campaign, a_donor, a_paid_donation, claire

pytestmark = pytest.mark.django_db

JANUARY = datetime(2028, 1, 12, 10, tzinfo=PARIS)


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


def gifts_of(campaign: Campaign, donors: int, **over: Any) -> list[Donation]:
    """One gift of 50 € in each of two months of 2027 for so many donors."""
    days = [datetime(2027, month, 5, 10, tzinfo=PARIS) for month in (3, 9)]
    people = [a_donor(**over) for _ in range(donors)]
    return [a_paid_donation(campaign=campaign, donor=who, credited_at=day) for who in people for day in days]


def finish(run: ReceiptRun, *, most: int = 50) -> int:
    """Carry the run to its end; answers how many steps it took."""
    steps = 1
    while carry_on(run.pk, at=JANUARY, most=most):
        steps += 1
    run.refresh_from_db()
    return steps


def states(run: ReceiptRun) -> dict[str, tuple[int, int]]:
    return {state: found for state, found in progress_of_run(run).items() if found[0]}


def test_a_run_issues_what_the_preview_said(campaign: Campaign) -> None:
    gifts_of(campaign, 3)
    gifts_of(campaign, 1, street="")
    said = total(plan_year(campaign.organisation, 2027, at=JANUARY))
    assert not Receipt.objects.exists()

    run = start_run(campaign.organisation, 2027, at=JANUARY, actor=claire())
    finish(run)

    assert (said.receipts, said.amount_cents, said.donors_blocked) == (3, 30000, 1)
    assert states(run) == {"issued": (3, 30000), "refused": (1, 0)}
    assert {receipt.kind for receipt in Receipt.objects.all()} == {"yearly"}
    event = Receipt.objects.get(number=1).events.get()
    assert (event.because, event.actor) == ("reçus des dons de 2027", run.actor)
    refused = run.items.get(state="refused")
    assert refused.reason == "L’adresse du donateur est incomplète."
    assert run.finished_at == JANUARY


def test_a_year_without_gifts_is_an_empty_dated_run(campaign: Campaign) -> None:
    run = start_run(campaign.organisation, 2019, at=JANUARY)
    finish(run)

    assert (states(run), run.started_at, run.finished_at) == ({}, JANUARY, JANUARY)


def test_the_second_who_starts_learns_who_is_running(campaign: Campaign) -> None:
    gifts_of(campaign, 2)
    run = start_run(campaign.organisation, 2027, at=JANUARY, actor=claire())
    carry_on(run.pk, at=JANUARY, most=1)

    with pytest.raises(RunUnderWay) as busy:
        start_run(campaign.organisation, 2026, at=JANUARY)

    assert say_who_runs(busy.value.run) == (
        "Une émission pour les dons de 2027 est en cours, lancée par claire le 12/01/2028 à 10:00 : "
        "1 donateurs traités sur 2."
    )
    finish(run)
    start_run(campaign.organisation, 2026, at=JANUARY)


def test_two_who_start_at_once_begin_one_run(committed_db: None) -> None:
    organisation = a_campaign().organisation

    answers = all_at_once([lambda: start_run(organisation, 2027, at=JANUARY)] * 3)

    assert sorted(type(answer).__name__ for answer in answers) == ["ReceiptRun", "RunUnderWay", "RunUnderWay"]


def test_a_second_run_finds_nothing_left(campaign: Campaign) -> None:
    gifts_of(campaign, 2)
    finish(start_run(campaign.organisation, 2027, at=JANUARY))

    again = start_run(campaign.organisation, 2027, at=JANUARY)
    finish(again)

    assert states(again) == {}
    assert Receipt.objects.count() == 2


def test_it_goes_on_behind_the_last_receipt_after_a_crash(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    gifts_of(campaign, 4)
    run = start_run(campaign.organisation, 2027, at=JANUARY)
    carry_on(run.pk, at=JANUARY, most=2)
    issue = issue_together

    def die(*args: Any, **kwargs: Any) -> Receipt:
        issue(*args, **kwargs)
        raise SystemExit  # the receipt is written, its result is not: neither may stay without the other

    monkeypatch.setattr(runs, "issue_together", die)
    with pytest.raises(SystemExit):
        carry_on(run.pk, at=JANUARY, most=1)
    monkeypatch.undo()
    assert states(run) == {"issued": (2, 20000), "to_do": (2, 20000)}
    assert Receipt.objects.count() == 2

    assert not carry_on(run.pk, at=JANUARY)  # the dead worker's claim still stands
    later = JANUARY + timedelta(minutes=3)
    assert not carry_on(run.pk, at=later)

    assert states(run) == {"issued": (4, 40000)}
    assert [r.number for r in Receipt.objects.order_by("number")] == [1, 2, 3, 4]


def test_a_crash_while_the_list_is_written_begins_the_list_anew(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    gifts_of(campaign, 3)
    run = start_run(campaign.organisation, 2027, at=JANUARY)
    ReceiptRunItem.objects.create(
        run=run, donor=a_donor(), gifts=[], kind="yearly", amount_cents=1, state="to_do"
    )

    finish(run)

    assert states(run) == {"issued": (3, 30000)}


def test_one_bad_donor_stops_nobody_and_is_taken_up_again(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = gifts_of(campaign, 3)
    issue = issue_together

    def fail_for_the_first(gifts: list[Donation], *args: Any, **kwargs: Any) -> Receipt:
        if gifts[0].donor_id == first.donor_id:
            raise DatabaseError("disk full")
        return issue(gifts, *args, **kwargs)

    monkeypatch.setattr(runs, "issue_together", fail_for_the_first)
    run = start_run(campaign.organisation, 2027, at=JANUARY)
    finish(run)
    assert states(run) == {"issued": (2, 20000), "failed": (1, 10000)}
    assert run.items.get(state="failed").reason == "DatabaseError: disk full"
    monkeypatch.undo()

    assert retry_failed(run, at=JANUARY) == 1
    finish(run)

    assert states(run) == {"issued": (3, 30000)}
    assert retry_failed(run, at=JANUARY) == 0


def test_nothing_is_taken_up_again_while_another_run_goes_on(campaign: Campaign) -> None:
    gifts_of(campaign, 1)
    run = start_run(campaign.organisation, 2027, at=JANUARY)
    finish(run)
    run.items.update(state="failed", receipt=None)
    start_run(campaign.organisation, 2026, at=JANUARY)

    with pytest.raises(RunUnderWay):
        retry_failed(run, at=JANUARY)

    assert states(run) == {"failed": (1, 10000)}


def test_money_that_goes_back_between_list_and_receipt_is_noted(campaign: Campaign) -> None:
    gift, _ = gifts_of(campaign, 1)
    gifts_of(campaign, 1)
    run = start_run(campaign.organisation, 2027, at=JANUARY)
    carry_on(run.pk, at=JANUARY, most=0)
    a_refund(gift, 5000)

    finish(run)

    assert states(run) == {"issued": (1, 10000), "refused": (1, 10000)}
    assert "Il ne reste rien" in run.items.get(state="refused").reason


def test_a_worker_that_comes_late_leaves_what_was_noted(campaign: Campaign) -> None:
    gifts_of(campaign, 1)
    run = start_run(campaign.organisation, 2027, at=JANUARY)
    carry_on(run.pk, at=JANUARY, most=0)
    stale = run.items.get()
    finish(run)

    runs._issue(run, stale, at=JANUARY)

    assert states(run) == {"issued": (1, 10000)}


def test_workers_at_once_issue_each_receipt_once(committed_db: None) -> None:
    campaign = a_campaign()
    gifts_of(campaign, 6)
    run = start_run(campaign.organisation, 2027, at=JANUARY)
    jobs = [lambda: carry_on(run.pk, at=JANUARY, most=2)] * 3

    for _ in range(12):
        assert [answer for answer in all_at_once(jobs) if isinstance(answer, Exception)] == []

    assert states(run) == {"issued": (6, 60000)}
    assert ReceiptLine.objects.filter(live=True).count() == 12
    assert [line for line in differences() if "has no PDF yet" not in line] == []


def test_the_task_carries_a_run_to_its_end_and_the_sweep_wakes_it_up(campaign: Campaign) -> None:
    gifts_of(campaign, 2)
    run = start_run(campaign.organisation, 2027, at=JANUARY)

    with time_machine.travel(JANUARY + timedelta(minutes=1)):
        sweep_receipt_runs.call()
        carry_receipt_run.call(run.pk)

    assert Receipt.objects.count() == 2


def test_the_database_keeps_results_and_receipts_together(campaign: Campaign) -> None:
    gifts_of(campaign, 1)
    run = start_run(campaign.organisation, 2027, at=JANUARY)
    carry_on(run.pk, at=JANUARY, most=0)

    with pytest.raises(IntegrityError, match="receipt_run_item_issued"), transaction.atomic():
        run.items.update(state="issued")
    with pytest.raises(IntegrityError, match="receipt_run_item_state_known"), transaction.atomic():
        run.items.update(state="happy")


def command(*args: str) -> str:
    out = StringIO()
    with time_machine.travel(JANUARY + timedelta(hours=1)):
        call_command("issue_annual_receipts", *args, stdout=out)
    return out.getvalue()


def test_the_command_previews_and_writes_nothing(campaign: Campaign) -> None:
    gifts_of(campaign, 2)
    gifts_of(campaign, 1, street="")

    said = command("2027", "--preview")

    assert "2 reçus à émettre, 200\u00a0€, dont 0 pour des entreprises" in said
    assert "Amina Benali : L’adresse du donateur est incomplète." in said
    assert not ReceiptRun.objects.exists()
    assert not Receipt.objects.exists()


def test_the_command_issues_and_says_how_far_it_is(campaign: Campaign) -> None:
    gifts_of(campaign, 2)

    assert "Dons de 2027 : 0 à émettre, 2 émis, 0 pas de reçu, 0 échec technique." in command("2027")
    assert "0 à émettre, 0 émis" in command("2027")


def test_the_command_names_who_is_running_and_resumes(campaign: Campaign) -> None:
    gifts_of(campaign, 2)
    run = start_run(campaign.organisation, 2027, at=JANUARY, actor=claire())

    with pytest.raises(CommandError, match="lancée par claire"):
        command("2027")
    assert "2 émis" in command("2027", "--resume")
    run.refresh_from_db()
    assert run.finished_at is not None


def test_the_command_fails_when_a_receipt_failed(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    gifts_of(campaign, 1)

    def fail(*args: Any, **kwargs: Any) -> Receipt:
        raise DatabaseError("disk full")

    monkeypatch.setattr(runs, "issue_together", fail)

    with pytest.raises(CommandError, match="1 reçu\\(s\\) en échec"):
        command("2027")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["2999"], "n’a pas commencé"),
        (["2027", "--resume"], "Aucune émission pour 2027"),
        (["2027", "--organisation", "999"], "n’existe pas"),
    ],
)
def test_bad_questions_get_a_clear_answer(campaign: Campaign, args: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        command(*args)


def test_with_several_bodies_one_must_be_named(campaign: Campaign) -> None:
    other = a_campaign()
    gifts_of(other, 1)

    with pytest.raises(CommandError, match="plusieurs organismes"):
        command("2027")
    assert "1 émis" in command("2027", "--organisation", str(other.organisation_id))
    assert Donor.objects.count() == 1
