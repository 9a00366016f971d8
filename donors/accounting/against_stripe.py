"""Our paid gifts against what Stripe says of them now: the payment, its fee, and the money that went back."""

from collections.abc import Iterator

from django.db.models import Q, Sum

from donors.accounting.difference import Difference
from donors.gifts.models import Donation, Method, Status
from donors.payments.errors import UnknownObject
from donors.payments.facts import PaymentFacts
from donors.payments.gateway.checkout import fetch_checkout
from donors.payments.gateway.payments import fetch_payment, fetch_refunds
from donors.payments.models import CheckoutAttempt

_ONLINE = Q(method__in=["card", "sepa"])


def stripe_differences() -> Iterator[Difference]:
    """Paid online gifts of this site's mode that Stripe describes otherwise; one call for each gift, two if
    something of it went back.

    Raises StripeUnavailable: silence is no proof."""
    paid = Donation.objects.in_site_mode().filter(_ONLINE, status=Status.SUCCEEDED)
    for donation in paid.iterator():
        yield from _compare(donation)


def _compare(donation: Donation) -> Iterator[Difference]:
    row = f"Donation {donation.pk}"
    attempt = donation.attempts.filter(state=CheckoutAttempt.State.COMPLETE).last()
    if attempt is None and not donation.is_later_month:
        yield Difference(row, "is paid, but no payment page of it is complete")
        return
    name = attempt.stripe_session_id if attempt is not None else donation.stripe_payment_intent_id
    try:
        facts = fetch_checkout(name) if attempt is not None else fetch_payment(name)
    except UnknownObject:
        yield Difference(row, f"Stripe does not know {name}")
        return
    yield from _payment(donation, facts, has_page=attempt is not None)
    yield from _fee(donation, facts)
    yield from _refunded(donation, facts)


def _payment(donation: Donation, facts: PaymentFacts, *, has_page: bool) -> Iterator[Difference]:
    told = {
        "paid": (True, facts.is_paid),
        "cents": (donation.amount_cents, facts.amount_cents),
        "charge": (donation.stripe_charge_id, facts.charge_id),
        "date": (donation.credited_at, _credited_at(donation, facts)),
    }
    if has_page and donation.monthly_gift_id is None:
        told["gift"] = (str(donation.uuid), facts.donation_uuid)
    for name, (ours, theirs) in told.items():
        if ours != theirs:
            yield Difference(f"Donation {donation.pk}", f"Stripe says {name} {theirs}, we say {ours}")


def _credited_at(donation: Donation, facts: PaymentFacts) -> object:
    """A debit is credited when it succeeds, which its charge does not date: not before it was submitted."""
    charged_at, credited_at = facts.charged_at, donation.credited_at
    if donation.method == Method.SEPA and charged_at and credited_at and credited_at >= charged_at:
        return credited_at
    return charged_at


def _fee(donation: Donation, facts: PaymentFacts) -> Iterator[Difference]:
    """The fee of the charge itself; those of disputes stand beside it under keys of their own."""
    if facts.fee is None:
        return
    lines = donation.ledger.filter(key=f"fee:{facts.fee.transaction_id}")
    booked = -(lines.aggregate(total=Sum("amount_cents"))["total"] or 0)
    if lines and booked != facts.fee.fee_cents:
        names = ", ".join(f"LedgerEntry {pk}" for pk in lines.values_list("pk", flat=True))
        yield Difference(names, f"the fee is {booked} cents, Stripe says {facts.fee.fee_cents}")


def _refunded(donation: Donation, facts: PaymentFacts) -> Iterator[Difference]:
    ours = list(donation.refunds.exclude(stripe_refund_id="").values_list("stripe_refund_id", "amount_cents"))
    if not facts.went_back and not ours:
        return
    theirs = [(refund.refund_id, refund.amount_cents) for refund in fetch_refunds(facts.intent_id)]
    for refund_id, cents in sorted(set(ours) ^ set(theirs)):
        who = "we do not" if (refund_id, cents) in theirs else "Stripe does not"
        yield Difference(f"Donation {donation.pk}", f"{refund_id} of {cents} cents: {who} know it")
