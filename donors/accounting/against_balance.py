"""Stripe's balance against the ledger: the money Stripe holds for us is what our lines of it add up to.

What may differ, for a while and to the cent, is only what Stripe itself says: a debit that no bank has
answered, a payout on its way, and what is too young to have been told. Nothing is booked here."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Q

from donors.accounting.difference import Difference
from donors.gifts.models import LedgerEntry, Method, Status
from donors.payments.balance_facts import BalanceLine
from donors.payments.errors import UnknownObject
from donors.payments.gateway.balance import CURRENCY, fetch_balance, list_balance_lines
from donors.payments.gateway.payments import fetch_payment
from donors.payments.gateway.payouts import fetch_payout
from donors.payments.matching import PAYOUTS, STRIPES_OWN, gift_of, ledger_key
from donors.payments.payout_models import Payout

FEES_TAKE = timedelta(hours=1)  # Stripe may book a charge, and tell of its fee, so much later
NEWS_TAKES = timedelta(minutes=10)  # a webhook and the sweep after it
READ_WITHIN = timedelta(days=2)  # payouts are read every day
_BEGINNING = datetime.fromtimestamp(0, tz=UTC)
_NAMED = 5  # lines of one gift or payout that a difference names


@dataclass
class _Story:
    """One gift, one payout, or one line of nobody: what Stripe says of it beyond the ledger, line by line."""

    name: str
    payout_id: str = ""
    intent_id: str = ""
    waits: bool = False  # the gift is not paid yet, as far as we know
    cents: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    days: dict[str, datetime] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)

    def add(self, key: str, cents: int, *, day: datetime, line: str) -> None:
        self.cents[key] += cents
        self.days.setdefault(key, day)
        self.lines.setdefault(key, line)

    def open_keys(self, *, at: datetime) -> list[str]:
        """The lines that only one side has, or has otherwise, oldest first, without those too young."""
        found = [key for key, cents in self.cents.items() if cents and not _is_young(key, self.days[key], at)]
        return sorted(found, key=lambda key: (self.days[key], key))


def balance_differences(*, at: datetime) -> Iterator[Difference]:
    """Where Stripe's balance, in the cents of each gift and payout, is not what the ledger says.

    Reads Stripe's whole list, a hundred lines a call, and writes nothing. An account that is shared has no
    balance of ours to compare: there is nothing to say. Raises StripeUnavailable, StripeRefused."""
    if settings.STRIPE_ACCOUNT_SHARED:
        return
    before = fetch_balance()
    stories: dict[str, _Story] = {}
    listed = sum(_hear(stories, line) for page in list_balance_lines(since=_BEGINNING) for line in page)
    after = fetch_balance()
    # A balance that moves while it is read proves nothing; each of its lines still does.
    if before == after and listed != before.get(CURRENCY, 0):
        text = f"holds {before.get(CURRENCY, 0)} cents, but its lines add up to {listed}"
        yield Difference("Stripe's balance", text)
    for currency in sorted(set(after) - {CURRENCY}):
        if after[currency]:
            text = f"holds {after[currency]} of {currency}, and the books are kept in {CURRENCY}"
            yield Difference("Stripe's balance", text)
    _compare_ledger(stories)
    for story in stories.values():
        yield from _tell(story, at=at)


def _hear(stories: dict[str, _Story], line: BalanceLine) -> int:
    """Write one line of Stripe's down under its gift or payout; answers what it did to the balance."""
    story = _story_of(stories, line)
    fee_cents = -line.fee_cents
    if line.type in STRIPES_OWN:
        fee_cents = line.net_cents
    else:
        key = ledger_key(line) or line.transaction_id
        told = f"{line.type} {line.transaction_id} of {line.amount_cents} cents"
        story.add(key, line.amount_cents, day=line.created_at, line=told)
    told = f"the fee of {line.transaction_id}, {-fee_cents} cents"
    story.add(f"fee:{line.transaction_id}", fee_cents, day=line.created_at, line=told)
    return line.net_cents


def _story_of(stories: dict[str, _Story], line: BalanceLine) -> _Story:
    if line.type in PAYOUTS:
        name = f"Payout {line.source_id}"
        return stories.setdefault(name, _Story(name, payout_id=line.source_id))
    donation = gift_of(line)
    if donation is None:
        name = f"Stripe's line {line.transaction_id}"
        return stories.setdefault(name, _Story(name))
    name = f"Donation {donation.pk}"
    story = stories.setdefault(name, _Story(name))
    story.waits = donation.status != Status.SUCCEEDED
    story.intent_id = story.intent_id or line.intent_id
    return story


def _compare_ledger(stories: dict[str, _Story]) -> None:
    """Take from each story what the ledger holds of it."""
    told = {key: story for story in stories.values() for key in story.cents}
    through_stripe = Q(donation=None) | Q(donation__method__in=[Method.CARD, Method.SEPA])
    for entry in LedgerEntry.objects.in_site_mode().filter(through_stripe).iterator(chunk_size=500):
        story = told.get(entry.key) or _story_of_entry(stories, entry)
        text = f"LedgerEntry {entry.pk} ({entry.key}) of {entry.amount_cents} cents"
        story.add(entry.key, -entry.amount_cents, day=entry.occurred_at, line=text)


def _story_of_entry(stories: dict[str, _Story], entry: LedgerEntry) -> _Story:
    """Lines of a payout that came back, or was booked again, stand under other keys than Stripe's."""
    name = f"LedgerEntry {entry.pk}"
    if entry.donation_id is not None:
        name = f"Donation {entry.donation_id}"
    elif entry.kind == LedgerEntry.Kind.PAYOUT:
        name = f"Payout {entry.key.partition(':')[2].partition(':')[0]}"
    return stories.setdefault(name, _Story(name))


def _tell(story: _Story, *, at: datetime) -> Iterator[Difference]:
    keys = story.open_keys(at=at)
    gap = sum(story.cents[key] for key in keys)
    # A debit that a bank has just refused came and went: the whole is in order, its latest line young.
    if not gap or not sum(story.cents.values()) or _may_wait(story, gap, at=at):
        return
    named = "; ".join(story.lines[key] for key in keys[:_NAMED])
    more = f"; and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
    first = story.days[keys[0]].date()
    yield Difference(
        story.name, f"Stripe's balance and the ledger differ by {gap} cents from {first} on: {named}{more}"
    )


def _may_wait(story: _Story, gap: int, *, at: datetime) -> bool:
    """Whether Stripe itself says why the ledger does not hold these cents yet."""
    try:
        if story.payout_id:
            return gap < 0 and _payout_may_wait(story.payout_id, at=at)
        return gap > 0 and story.waits and _debit_may_wait(story.intent_id)
    except UnknownObject:
        return False


def _debit_may_wait(intent_id: str) -> bool:
    """Stripe counts a debit when it sends it; nobody owns that money before the bank has answered."""
    return bool(intent_id) and fetch_payment(intent_id).intent_state == "processing"


def _payout_may_wait(payout_id: str, *, at: datetime) -> bool:
    """On its way to the bank, not yet listed line by line, or arrived so lately that nobody has read it."""
    facts = fetch_payout(payout_id)
    if facts.under_way or (facts.automatic and not facts.complete and not facts.came_back):
        return True
    unread = (
        not Payout.objects.filter(stripe_payout_id=payout_id).exclude(state=Payout.State.WAITING).exists()
    )
    return unread and facts.status == "paid" and facts.arrives_on >= (at - READ_WITHIN).date()


def _is_young(key: str, day: datetime, at: datetime) -> bool:
    patience = FEES_TAKE if key.startswith("fee:") else NEWS_TAKES
    return at - patience < day <= at
