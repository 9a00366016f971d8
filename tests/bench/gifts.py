"""How fast paid gifts go from their stored event to ledger, receipt and letter; prints gifts a second.

`python -m tests.bench.gifts COUNT`, in the environment of a running site whose workers are idle."""

import os
import sys
import time
from datetime import datetime, timedelta
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campaign.settings")
django.setup()

import requests  # noqa: E402  Django must be set up first
from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from donors.campaigns.models import Campaign  # noqa: E402
from donors.gifts.events import DonationEvent  # noqa: E402
from donors.gifts.models import Donation, Status  # noqa: E402
from donors.payments.checkout import ReturnAddresses, open_checkout  # noqa: E402
from donors.payments.inbox import receive  # noqa: E402
from donors.payments.models import CheckoutAttempt, StripeEvent  # noqa: E402
from donors.receipts.models import ReceiptDocument  # noqa: E402
from donors.tasks import process_stripe_event  # noqa: E402
from tests.bench.events import signed_event  # noqa: E402
from tests.factories import a_donation, a_donor  # noqa: E402

LIMIT_SECONDS = 180


def pay() -> Donation:
    """A gift paid at the pretend Stripe, of which the site has not heard yet."""
    email = f"amina.{uuid4().hex}@example.org"  # each run of this file adds donors to the same table
    donation = a_donation(
        donor=a_donor(email=email, email_key=email), campaign=Campaign.objects.earliest("pk")
    )
    here = ReturnAddresses(success_url=settings.SITE_URL, cancel_url=settings.SITE_URL)
    page = open_checkout(donation, return_to=here, at=timezone.now())
    answer = requests.post(page, data={"outcome": "card"}, allow_redirects=False, timeout=30)
    assert answer.status_code in {302, 303}, answer.text
    return donation


def store(donation: Donation, *, due_at: datetime) -> None:
    """Its webhook event, stored and queued as the webhook's view does it, but for a moment to come."""
    session = CheckoutAttempt.objects.get(donation=donation).stripe_session_id
    body, signature = signed_event(
        f"evt_{session}",
        "checkout.session.completed",
        {"id": session, "object": "checkout.session"},
        settings.STRIPE_WEBHOOK_SECRETS[0],
    )
    with transaction.atomic():
        event = receive(body.encode(), signature, at=due_at)
        process_stripe_event.using(run_after=due_at).enqueue(event.pk)


def seconds_until_done(donations: list[Donation], *, since: datetime) -> float:
    """From a moment until the last of these gifts is in the ledger, receipted and thanked for.

    Raises TimeoutError with the last errors if that does not come."""
    followed = DonationEvent.objects.filter(
        donation__in=donations, to_status=Status.SUCCEEDED, followed_at__isnull=False
    )
    for _ in range(LIMIT_SECONDS * 5):
        if followed.count() == len(donations):
            break
        time.sleep(0.2)
    else:
        raise TimeoutError(list(StripeEvent.objects.to_do().values_list("last_error", flat=True)[:5]))
    assert all(donation.ledger.exists() for donation in donations)
    assert ReceiptDocument.objects.filter(receipt__lines__donation__in=donations).count() == len(donations)
    last = followed.latest("followed_at").followed_at
    assert last is not None
    seconds: float = (last - since).total_seconds()
    return seconds


def main(count: int) -> None:
    donations = [pay() for _ in range(count)]
    start = timezone.now() + timedelta(seconds=2 + count / 50)
    for donation in donations:
        store(donation, due_at=start)
    assert timezone.now() < start, "the events were stored too slowly for a common start"
    print(count / seconds_until_done(donations, since=start))


if __name__ == "__main__":
    main(int(sys.argv[1]))
