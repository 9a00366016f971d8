"""Thin tasks around use cases: what the webhook starts at once, and what the schedule starts again and again.

A task may be lost and may run twice: what is left to do stands in the tables (StripeEvent, DonationEvent,
MonthlyGiftEvent), each row is claimed by a conditional UPDATE, and every step carries its own mark of being
done. What follows from which change stands in `donors/follow_ups.py`."""

from django.tasks import task
from django.utils import timezone

from donors.follow_ups import follow_due_events
from donors.gifts.monthly import MonthlyGift
from donors.letters import alarms, completion
from donors.letters.monthly import send_new_links
from donors.letters.receipts import send_receipt_page
from donors.letters.seal_watch import watch_seal as look_at_seal
from donors.payments import expiring_cards, inbox, monthly_desk, payouts, refunds, sweeps
from donors.payments.drift import watch_drift as look_for_drift
from donors.payments.gate.watch import note_decline, watch
from donors.payments.missed_events import collect_missed
from donors.payments.silence import watch_for_silence as look_for_silence
from donors.receipts import runs, sweep
from donors.receipts.models import Receipt
from donors.receipts.run_models import ReceiptRun


@task
def process_stripe_event(event_pk: int) -> None:
    """Handle one stored event, then at once what follows from the change it brought."""
    now = timezone.now()
    note_decline(event_pk, at=now)
    inbox.process_event(event_pk, at=now)
    follow_due_events(at=timezone.now())


@task
def follow_up() -> None:
    """Wake up for a donation that has just changed."""
    follow_due_events(at=timezone.now())


@task
def sweep_inbox() -> None:
    inbox.sweep_inbox(at=timezone.now(), enqueue=process_stripe_event.enqueue)


@task
def sweep_follow_ups() -> None:
    follow_due_events(at=timezone.now())


@task
def sweep_open_checkouts() -> None:
    sweeps.sweep_open_checkouts(at=timezone.now())
    follow_due_events(at=timezone.now())


@task
def sweep_fees() -> None:
    sweeps.sweep_fees(at=timezone.now())


@task
def sweep_slow_money() -> None:
    """Debits, refunds and disputes that take days."""
    sweeps.sweep_slow_money(at=timezone.now())
    follow_due_events(at=timezone.now())


@task
def collect_missed_events() -> None:
    """What Stripe says happened and no webhook told; the inbox takes it from there."""
    collect_missed(at=timezone.now())
    inbox.sweep_inbox(at=timezone.now(), enqueue=process_stripe_event.enqueue)


@task
def push_requested_refunds() -> None:
    refunds.push_requested_refunds(at=timezone.now())
    follow_due_events(at=timezone.now())


@task
def reconcile_payouts() -> None:
    payouts.reconcile_recent(at=timezone.now())


@task
def sweep_receipts() -> None:
    now = timezone.now()
    sweep.issue_due_receipts(at=now)
    sweep.settle_receipts(at=now)
    follow_due_events(at=timezone.now())


@task
def carry_receipt_run(run_pk: int) -> None:
    """A few donors of a yearly run at a time, so that letters and webhooks are not kept waiting."""
    if runs.carry_on(run_pk, at=timezone.now()):
        carry_receipt_run.enqueue(run_pk)


@task
def sweep_receipt_runs() -> None:
    """Runs that stopped on the way: their worker died, or something failed."""
    for pk in ReceiptRun.objects.due(timezone.now()).values_list("pk", flat=True):
        carry_receipt_run.enqueue(pk)


@task
def send_completion_letters() -> None:
    """Letters that ask for what a receipt lacks: those just asked for, and those that could not leave."""
    completion.send_owed(at=timezone.now())


@task
def send_monthly_links(promise_pk: int) -> None:
    """Fresh links for the donor's own pages, to the donor's own address."""
    promise = MonthlyGift.objects.select_related("donor", "campaign__organisation").get(pk=promise_pk)
    send_new_links(promise, at=timezone.now())


@task
def send_receipt_link(receipt_pk: int) -> None:
    """The receipt and a fresh link to its page, to the donor's own address."""
    send_receipt_page(Receipt.objects.get(pk=receipt_pk), at=timezone.now())


@task
def sweep_monthly_requests() -> None:
    monthly_desk.sweep_requests(at=timezone.now())
    follow_due_events(at=timezone.now())


@task
def note_expiring_cards() -> None:
    expiring_cards.note_expiring_cards(at=timezone.now())
    follow_due_events(at=timezone.now())


@task
def watch_gate() -> None:
    """End an attack that has gone quiet, and forget old traces."""
    watch(at=timezone.now())


@task
def mail_alarms() -> None:
    alarms.mail_alarms(at=timezone.now())


@task
def watch_drift() -> None:
    look_for_drift(at=timezone.now())


@task
def watch_seal() -> None:
    look_at_seal(at=timezone.now())


@task
def watch_for_silence() -> None:
    look_for_silence(at=timezone.now())
