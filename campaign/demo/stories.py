"""What else befalls gifts: debits, refunds, disputes, a warning, and a donor of three months.

Each story is a visit and a few later moments, played through our own use cases and the sandbox's buttons."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from campaign.demo.past_gifts import Plan, give, is_given, planted
from campaign.demo.sandbox_control import count_of, press
from donors.campaigns.models import Campaign, local_day
from donors.gifts.models import Donation, Status
from donors.gifts.returns import Refund
from donors.payments.refunds import RefundWish, refundable_cents, request_refund
from donors.payments.sync import sync_donation
from donors.payments.sync_monthly import sync_monthly_gift

BEFORE = "premiers-clics"
REFUSED = "FR8420041010050500013M02607"
BANK_ANSWERS = timedelta(days=5, hours=2)
MONTHS = 3
_SEPA, _CARD = ("sepa",), ("card",)


@dataclass(frozen=True)
class Moment:
    """Something that happened at a time. `is_done` looks at our own rows, so a killed planting goes on."""

    at: datetime
    is_done: Callable[[], bool]
    act: Callable[[datetime], object]


def visit(plan: Plan, campaign: Campaign) -> Moment:
    return Moment(plan.at, lambda: is_given(plan), lambda at: give(plan, campaign))


def plan_stories(campaign: Campaign, *, at: datetime) -> Iterator[Moment]:
    """Every moment of every story, in no order. The visits bear the numbers from 101 on."""
    yield from _debits(campaign, at=at)
    yield from _refunds(campaign, at=at)
    yield from _doubts(campaign, at=at)
    yield from _promise(campaign, at=at)


def _debits(campaign: Campaign, *, at: datetime) -> Iterator[Moment]:
    """One that is paid, one that is refused, one whose bank has not answered yet."""
    answered = (
        Plan(101, at - timedelta(days=10), 6000, _SEPA),
        Plan(102, at - timedelta(days=8), 4000, _SEPA, iban=REFUSED),
    )
    for plan in answered:
        yield visit(plan, campaign)
        yield _later(plan, BANK_ANSWERS, _is_answered, _look)
    yield visit(Plan(103, at - timedelta(days=2), 12_000, _SEPA), campaign)


def _is_answered(donation: Donation) -> bool:
    return donation.status != Status.PROCESSING


def _look(donation: Donation, at: datetime) -> None:
    sync_donation(donation.pk, because="bank answered", at=at, thorough=True)


def _refunds(campaign: Campaign, *, at: datetime) -> Iterator[Moment]:
    """A gift that was given twice goes back whole; of a mistyped one a part."""
    whole = Plan(104, at - timedelta(days=9, hours=5), 5000, _CARD)
    yield visit(whole, campaign)
    yield _refund(whole, RefundWish(amount_cents=5000, reason=Refund.Reason.DUPLICATE, seen_cents=5000))
    part = Plan(105, at - timedelta(days=7, hours=3), 20_000, _CARD)
    mistake = RefundWish(
        amount_cents=15_000,
        reason=Refund.Reason.MISTAKE,
        seen_cents=20_000,
        note="Le donateur voulait donner 50 €.",
    )
    yield visit(part, campaign)
    yield _refund(part, mistake)


def _refund(plan: Plan, wish: RefundWish) -> Moment:
    def ask(donation: Donation, at: datetime) -> None:
        if refundable_cents(donation) == wish.seen_cents:
            request_refund(donation.pk, wish, by=_treasurer(), at=at)

    return _later(plan, timedelta(days=1), _has_refund, ask)


def _has_refund(donation: Donation) -> bool:
    return donation.refunds.exists()


def _treasurer() -> User:
    """The demo's treasurer, who gets a password and a group when the demo starts."""
    return User.objects.get_or_create(username="tresorier")[0]


def _doubts(campaign: Campaign, *, at: datetime) -> Iterator[Moment]:
    """A dispute to answer, a question of a bank, and a warning of fraud."""
    disputed = Plan(106, at - timedelta(days=6, hours=7), 9000, _CARD)
    asked = Plan(107, at - timedelta(days=5, hours=2), 3500, _CARD)
    for plan, inquiry in ((disputed, False), (asked, True)):
        yield visit(plan, campaign)
        yield _later(plan, timedelta(days=2), _has_dispute, _dispute(inquiry=inquiry))
    suspect = Plan(108, at - timedelta(days=3, hours=4), 1500, _CARD, wants_receipt=False)
    yield visit(suspect, campaign)
    yield _later(suspect, timedelta(days=1), _was_warned, _warn)


def _has_dispute(donation: Donation) -> bool:
    return donation.disputes.exists()


def _dispute(*, inquiry: bool) -> Callable[[Donation, datetime], None]:
    def act(donation: Donation, at: datetime) -> None:
        _look(donation, at)  # it may have been opened just before we were killed
        if not _has_dispute(donation):
            press("open_dispute", charge=donation.stripe_charge_id, inquiry=inquiry)
            _look(donation, at)

    return act


def _was_warned(donation: Donation) -> bool:
    """The alarm comes with its webhook, once the site runs; until then only the sandbox knows."""
    return count_of("radar.early_fraud_warning") > 0


def _warn(donation: Donation, at: datetime) -> None:
    press("warn_of_fraud", charge=donation.stripe_charge_id)


def _promise(campaign: Campaign, *, at: datetime) -> Iterator[Moment]:
    """A gift of each month that began in an earlier campaign, three months ago."""
    begun = at - timedelta(days=95)
    day = local_day(begun)
    earlier, _ = Campaign.objects.get_or_create(
        code=BEFORE,
        defaults={
            "organisation": campaign.organisation,
            "name": "Premiers clics",
            "starts_on": day - timedelta(days=10),
            "ends_on": day + timedelta(days=20),
        },
    )
    plan = Plan(109, begun, 1500, _CARD, monthly=True)
    yield visit(plan, earlier)
    for month in range(1, MONTHS + 1):
        yield _later(plan, timedelta(days=31 * month, hours=6), _has_months(month + 1), _look_at_promise)


def _has_months(number: int) -> Callable[[Donation], bool]:
    return lambda donation: (
        Donation.objects.filter(monthly_gift=donation.monthly_gift_id, status=Status.SUCCEEDED).count()
        >= number
    )


def _look_at_promise(donation: Donation, at: datetime) -> None:
    assert donation.monthly_gift_id is not None  # noqa: S101  it began one
    sync_monthly_gift(donation.monthly_gift_id, because="renewal", at=at)


def _later(
    plan: Plan,
    after: timedelta,
    is_done: Callable[[Donation], bool],
    act: Callable[[Donation, datetime], None],
) -> Moment:
    """Something that befalls the gift of this visit."""

    def done() -> bool:
        donation = planted(plan)
        return donation is not None and is_done(donation)

    def happen(at: datetime) -> None:
        donation = planted(plan)
        assert donation is not None  # noqa: S101  its visit came before
        act(donation, at)

    return Moment(plan.at + after, done, happen)
