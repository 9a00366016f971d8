"""Lives of gifts: what a donor, a bank and Stripe's dashboard may do to one, and what a site makes of it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from donors.campaigns.models import Campaign
from donors.follow_ups import follow_due_events
from donors.gifts.kept import kept_of
from donors.gifts.models import Donation, LedgerEntry, Status
from donors.gifts.monthly import MonthlyGift
from donors.letters.models import Letter
from donors.payments.events import HANDLERS
from donors.payments.inbox import process_event
from donors.payments.models import StripeEvent
from donors.payments.sync import sync_donation
from donors.payments.sync_monthly import sync_gift, sync_monthly_gift
from donors.receipts.models import ReceiptLine
from donors.receipts.sweep import issue_due_receipts, settle_receipts
from stripe_sandbox.actions import offered_for
from stripe_sandbox.bank_accounts import ACCOUNTS
from stripe_sandbox.buttons import NotNow
from stripe_sandbox.clock import Clock
from stripe_sandbox.core import Sandbox
from stripe_sandbox.errors import StripeError
from stripe_sandbox.schema.objects import Obj
from tests.scenarios.monthly import Desk

type Post = tuple[bytes, str]

CENTS = 5000
NOON = int(datetime(2026, 6, 10, 12, tzinfo=UTC).timestamp())
CAMPAIGN_DAYS = {"starts_on": date(2026, 6, 1), "ends_on": date(2026, 6, 30)}


class StillClock(Clock):
    """It moves only when it is moved: two sandboxes then live the same days, to the second."""

    def now(self) -> int:
        return NOON + self.offset


@dataclass(frozen=True)
class Step:
    """One thing that happens: a try on the payment page, days that pass, a button of the dashboard.

    `pick` chooses among what can happen at that moment, so the same step is the same deed in every world."""

    what: str
    pick: int = 0
    cents: int = 0
    word: str = ""


@dataclass(frozen=True)
class Life:
    monthly: bool
    steps: tuple[Step, ...]


def _tries() -> st.SearchStrategy[tuple[Step, ...]]:
    """How the payment page is left: paid, refused first, refused for good, by debit, or not at all."""
    cards = [
        ("card",),
        ("card_declined", "card"),
        ("challenge_failed", "challenge_passed"),
        ("card_declined",),
        ("walk_away",),
    ]
    by_card = st.sampled_from([tuple(Step("pay", word=word) for word in words) for words in cards])
    by_debit = st.sampled_from([(Step("pay", word=iban),) for iban in ACCOUNTS])
    return st.one_of(by_card, by_debit, by_debit)


_DEED = st.one_of(
    st.builds(Step, st.just("press"), st.integers(0, 19), st.integers(1, CENTS)),
    st.builds(Step, st.just("press"), st.integers(0, 19), st.just(0)),
    st.builds(Step, st.just("days"), st.sampled_from([1, 6, 16, 31])),
    st.builds(Step, st.just("next_refund"), word=st.sampled_from(["pending", "failed", "requires_action"])),
)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """A gift or a monthly gift, and up to six things that happen to it afterwards."""
    monthly = draw(st.booleans())
    afterwards = draw(st.lists(_DEED, max_size=6))
    return Life(monthly, (*draw(_tries()), *afterwards))


# What people and banks do to the objects of one gift. Deleting a customer and dates of cards have tests of
# their own: they move no money.
_KINDS = ("charge", "refund", "dispute", "subscription", "invoice")
_LEFT_OUT = {"card_expires", "card_replaced"}


class Site:
    """Our site and one Stripe account of its own, from the payment page to the books."""

    def __init__(self, sandbox: Sandbox, campaign: Campaign) -> None:
        self.sandbox = sandbox
        self.desk = Desk(sandbox, campaign)
        self.happened: list[str] = []

    @property
    def now(self) -> datetime:
        return self.desk.now

    def begin(self, life: Life) -> None:
        self.gift = self.desk.begin(CENTS, monthly=life.monthly)

    # What happens at Stripe

    def happen(self, step: Step) -> None:
        """One step, if it can happen now: otherwise it is skipped, in every world alike."""
        try:
            self._do(step)
        except (NotNow, StripeError, ValueError) as error:
            self.happened.append(f"{step.what} skipped: {type(error).__name__}")

    def _do(self, step: Step) -> None:
        if step.what == "pay":
            self._pay(step.word)
        elif step.what == "days":
            self.sandbox.advance(days=step.pick)
        elif step.what == "next_refund":
            self.sandbox.next_refund(step.word)
        else:
            self._press(step)

    def _pay(self, word: str) -> None:
        (page,) = self.gift.attempts.all()
        by_debit = {"outcome": "sepa", "iban": word} if word in ACCOUNTS else {"outcome": word}
        self.sandbox.pay(page.stripe_session_id, **by_debit)

    def _press(self, step: Step) -> None:
        buttons = list(self._buttons())
        if not buttons:
            return
        name, kind, obj = buttons[step.pick % len(buttons)]
        self.happened.append(name)
        self.sandbox.act(name, **{kind: obj["id"], **_parameters(name, step)})

    def _buttons(self) -> Iterator[tuple[str, str, Obj]]:
        """Every button beside every object, the oldest first."""
        for kind in _KINDS:
            for obj in reversed(self.sandbox.find(kind)):
                for name in offered_for(obj):
                    if name not in _LEFT_OUT:
                        yield name, kind, obj

    # What reaches us

    def posts(self) -> list[Post]:
        """The webhooks that Stripe would send now: of the events that this site has asked for."""
        found = self.sandbox.pop_signed_events("whsec_for_tests")
        return [post for post in found if _type_of(post) in ASKED_FOR]

    def hear(self, posts: Iterable[Post]) -> None:
        self.desk.deliver(posts)

    def look(self) -> None:
        """The donor opens the return page."""
        sync_gift(self.gift.pk, because="return page", at=self.now)

    def follow(self) -> None:
        follow_due_events(at=self.now + timedelta(seconds=1))

    def catch_up(self) -> None:
        """Everything that was put off has its turn: events that failed, then what follows, then receipts.

        The sweep of receipts is part of every day, with webhooks or without."""
        later = self.now + timedelta(hours=2)
        for pk in list(StripeEvent.objects.due(later).values_list("pk", flat=True)):
            process_event(pk, at=later)
        follow_due_events(at=later)
        issue_due_receipts(at=later)
        settle_receipts(at=later)

    def sweep(self) -> None:
        """Look at all that we know of, without any webhook."""
        self.look()
        for promise in MonthlyGift.objects.exclude(stripe_subscription_id=""):
            sync_monthly_gift(promise.pk, because="sweep", at=self.now)
        for gift in Donation.objects.all():
            sync_donation(gift.pk, because="sweep", at=self.now, thorough=True)


def _parameters(name: str, step: Step) -> dict[str, Any]:
    """What a button asks for; without cents a refund or a dispute takes all."""
    known: dict[str, dict[str, Any]] = {
        "refund": {"amount": step.cents or None},
        "open_dispute": {"amount": step.cents or None, "inquiry": step.cents % 3 == 1},
        "change_subscription": {"amount": 1000 + step.cents},
        "next_renewal": {"outcome": ("card", "card_declined", "expired_card")[step.cents % 3]},
    }
    return known.get(name, {})


# Payouts gather many gifts and have tests of their own (test_payouts.py).
ASKED_FOR = frozenset(kind for kind in HANDLERS if not kind.startswith("payout."))


def _type_of(post: Post) -> str:
    # The body is the sandbox's own JSON: the event's type is its last line but a brace.
    return post[0].rsplit(b'"type": "', 1)[1].split(b'"', 1)[0].decode()


def in_order(site: Site, life: Life) -> None:
    """Every webhook comes at once and once, and what follows from it is done before the next thing
    happens."""
    site.begin(life)
    for step in (*life.steps, Step("days", 1)):
        site.happen(step)
        for post in site.posts():
            site.hear([post])
            site.follow()
    site.catch_up()


def in_disorder(site: Site, life: Life, chance: Random) -> None:
    """The same life: webhooks come late, in any order, several times or never; a sweep ends it."""
    site.begin(life)
    late: list[Post] = []
    for step in (*life.steps, Step("days", 1)):
        site.happen(step)
        late = _let_through(site, [*late, *site.posts()], chance)
    chance.shuffle(late)
    site.hear(late)
    site.sweep()
    site.catch_up()


def _let_through(site: Site, waiting: list[Post], chance: Random) -> list[Post]:
    """Deliver some of what waits; answers what comes later, or once more."""
    now: list[Post] = []
    later: list[Post] = []
    for post in waiting:
        fate = chance.choice(("now", "twice", "later", "later", "again", "lost"))
        now += [post] * {"now": 1, "twice": 2, "again": 1}.get(fate, 0)
        later += [post] * (fate in {"later", "again"})
    chance.shuffle(now)
    site.hear(now)
    if chance.random() < 0.3:
        site.look()
    if chance.random() < 0.5:
        site.follow()
    return later


def fingerprint() -> dict[str, Any]:
    """What must be the same whatever the order: states, money, receipts that stand, thanks.

    Left out is what may differ for good reasons: when things were seen; which receipts were cancelled, and
    their numbers, because a gift seen only after its refund gets the right receipt at once; letters and
    events about states that were over before anybody looked, as thanks for money that was taken back."""
    thanks = Letter.objects.filter(kind=Letter.Kind.THANK_YOU)
    return {
        "gifts": sorted(repr(_of_gift(gift)) for gift in Donation.objects.all()),
        "promises": list(MonthlyGift.objects.values_list("status", "amount_cents", "ends_at_period_end")),
        "ledger": Counter(_lines(LedgerEntry.objects.all())),
        "thanks": thanks.filter(donation__status=Status.SUCCEEDED).count(),
    }


def _lines(entries: Any) -> list[tuple[str, int]]:
    return list(entries.values_list("kind", "amount_cents"))


def _of_gift(gift: Donation) -> tuple[object, ...]:
    """Receipts count once the money is decided: while a refund or a dispute is under way, one that was given
    before stands or is suspended, and one that was not given yet waits."""
    valid = ReceiptLine.objects.filter(donation=gift, live=True, receipt__suspended_at__isnull=True)
    undecided = (kept := kept_of(gift)).disputed or kept.refunding
    return (
        (gift.status, gift.hold, gift.amount_cents, gift.method, str(gift.credited_at)),
        sorted(gift.refunds.values_list("amount_cents", "status")),
        sorted(gift.disputes.values_list("amount_cents", "stage")),
        sorted(_lines(gift.ledger.all())),
        [] if undecided else list(valid.values_list("receipt__amount_cents", flat=True)),
    )
