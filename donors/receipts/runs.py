"""The yearly run: one receipt for each donor, in small steps that any worker can take up after a crash."""

import logging
from datetime import datetime
from itertools import batched
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Count, Sum

from donors.campaigns.models import Organisation
from donors.gifts.models import Donation
from donors.receipts.eligibility import NotReceiptable
from donors.receipts.issue import Why, issue_together
from donors.receipts.models import Receipt
from donors.receipts.plan import Group, plan_year
from donors.receipts.run_models import ReceiptRun, ReceiptRunItem

log = logging.getLogger(__name__)

STEP = 50  # donors a claim: well within the two minutes that a claim lasts
_BATCH = 500
State = ReceiptRunItem.State


class RunUnderWay(Exception):
    """Another run of this organisation has not ended: `run` says since when and by whom."""

    def __init__(self, run: ReceiptRun) -> None:
        super().__init__(f"run {run.pk} for {run.year} is under way")
        self.run = run


def start_run(
    organisation: Organisation, year: int, *, at: datetime, actor: User | None = None
) -> ReceiptRun:
    """Begin; nothing is issued yet: `carry_on` does that, step by step. Raises RunUnderWay."""
    livemode = settings.STRIPE_LIVEMODE
    try:
        with transaction.atomic():
            return ReceiptRun.objects.create(
                organisation=organisation,
                year=year,
                livemode=livemode,
                actor=actor,
                started_at=at,
                next_try_at=at,
            )
    except IntegrityError:
        under_way = ReceiptRun.objects.select_related("actor").to_do()
        first = under_way.filter(organisation=organisation, livemode=livemode).first()
        if first is None:  # it ended between the two lines
            return start_run(organisation, year, at=at, actor=actor)
        raise RunUnderWay(first) from None


def carry_on(run_pk: int, *, at: datetime, most: int = STEP) -> bool:
    """Issue for some more donors; True while there is more to do. Idempotent, safe for many workers.

    One claim of the run; then each donor in a transaction of its own, which also notes the result: after a
    crash the next step goes on behind the last receipt. A donor who cannot have one does not stop the others.
    False also when another worker has the run or when it has ended."""
    if not ReceiptRun.objects.claim(run_pk, at=at):
        return False
    run = ReceiptRun.objects.select_related("organisation", "actor").get(pk=run_pk)
    try:
        if run.prepared_at is None:
            _prepare(run, at=at)
        for item in list(run.items.filter(state=State.TO_DO)[:most]):
            _issue(run, item, at=at)
    except Exception as error:
        run.note_failure(error, at=at)
        raise
    more = bool(run.items.filter(state=State.TO_DO).exists())
    ReceiptRun.objects.filter(pk=run_pk).update(
        claimed_until=None, next_try_at=at, finished_at=None if more else at, attempts=0, last_error=""
    )
    return more


def retry_failed(run: ReceiptRun, *, at: datetime) -> int:
    """Take the donors up again whose receipt failed for a technical reason; answers how many.

    Raises RunUnderWay while another run of the organisation goes on."""
    try:
        with transaction.atomic():
            again = run.items.filter(state=State.FAILED).update(state=State.TO_DO, reason="")
            if again:
                ReceiptRun.objects.filter(pk=run.pk).update(finished_at=None, next_try_at=at)
    except IntegrityError:
        others = ReceiptRun.objects.select_related("actor").to_do().filter(livemode=run.livemode)
        raise RunUnderWay(others.get(organisation=run.organisation)) from None
    return again


def progress_of_run(run: ReceiptRun) -> dict[str, tuple[int, int]]:
    """For each result how many donors and how many cents: {"issued": (120, 1234500), …}."""
    rows = run.items.order_by().values_list("state").annotate(Count("pk"), Sum("amount_cents"))
    found = {state: (number, cents) for state, number, cents in rows}
    return {str(state): found.get(str(state), (0, 0)) for state in State}


def _prepare(run: ReceiptRun, *, at: datetime) -> None:
    """Write the list of donors, in short transactions: nobody who gives meanwhile has to wait for it."""
    run.items.all().delete()  # of a first try that did not come to its end: nothing was issued from it
    for groups in batched(plan_year(run.organisation, run.year, at=at), _BATCH):
        ReceiptRunItem.objects.bulk_create(_item(run, group) for group in groups)
    ReceiptRun.objects.filter(pk=run.pk).update(prepared_at=at)


def _item(run: ReceiptRun, group: Group) -> ReceiptRunItem:
    return ReceiptRunItem(
        run=run,
        donor=group.donor,
        gifts=[part.donation.pk for part in group.ready],
        kind=group.kind,
        amount_cents=group.amount_cents,
        state=State.TO_DO if group.ready else State.REFUSED,
        reason=" ".join(group.reasons),
    )


def _issue(run: ReceiptRun, item: ReceiptRunItem, *, at: datetime) -> None:
    why = Why(at=at, because=f"reçus des dons de {run.year}", actor=run.actor)
    gifts = list(Donation.objects.filter(pk__in=item.gifts))
    try:
        with transaction.atomic():
            receipt = issue_together(gifts, Receipt.Kind(item.kind), why=why)
            _note(item, State.ISSUED, receipt=receipt, amount_cents=receipt.amount_cents)
    except NotReceiptable as refused:
        _note(item, State.REFUSED, reason=str(refused))
    except Exception as error:  # whatever it is, the next donors are waiting
        log.exception("The yearly receipt of run item %s failed", item.pk)
        _note(item, State.FAILED, reason=f"{type(error).__name__}: {error}"[:500])


def _note(item: ReceiptRunItem, state: ReceiptRunItem.State, **facts: Any) -> None:
    """Unless a worker whose claim had run out came first: what it noted stands."""
    ReceiptRunItem.objects.filter(pk=item.pk, state=State.TO_DO).update(state=state, **facts)
