"""What is found without any webhook: open pages and fees that are still to come."""

import logging
from datetime import datetime, timedelta

from donors.gifts.models import Donation, Status
from donors.gifts.queries import DonationQuerySet
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.models import CheckoutAttempt
from donors.payments.sync_monthly import sync_gift

log = logging.getLogger(__name__)

PAGE_AGE = timedelta(minutes=10)
FEE_AGE = timedelta(minutes=2)
FEES_UNTIL = timedelta(days=30)
_BATCH = 200


def sweep_open_checkouts(*, at: datetime) -> int:
    """Read every payment page that has been open for ten minutes; answers how many were read."""
    waiting = Donation.objects.in_site_mode().filter(
        status__in=[Status.CREATED, Status.OPEN, Status.PROCESSING],
        attempts__state__in=[CheckoutAttempt.State.OPEN, CheckoutAttempt.State.COMPLETE],
        attempts__created_at__lte=at - PAGE_AGE,
    )
    return _sync_each(waiting, because="sweep of open pages", at=at)


def sweep_fees(*, at: datetime) -> int:
    """Read the paid card gifts whose fee has not come yet; answers how many were read."""
    waiting = (
        Donation.objects.in_site_mode()
        .succeeded()
        .filter(succeeded_at__lte=at - FEE_AGE, succeeded_at__gte=at - FEES_UNTIL)
        .exclude(stripe_charge_id="")
        .exclude(ledger__kind="fee")
    )
    return _sync_each(waiting, because="sweep of fees", at=at)


def _sync_each(donations: DonationQuerySet, *, because: str, at: datetime) -> int:
    """One refusal does not stop the others; silence from Stripe stops the sweep until its next turn."""
    done = 0
    for donation in list(donations.order_by("synced_at", "pk").distinct()[:_BATCH]):
        try:
            sync_gift(donation.pk, because=because, at=at)
        except StripeRefused:
            log.error("Stripe does not show the payment of donation %s", donation.pk)
        except StripeUnavailable:
            log.warning("Stripe is silent: the %s goes on at its next turn", because)
            break
        done += 1
    return done
