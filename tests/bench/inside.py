"""What is measured inside one process, on the benchmark's own database; prints one line of JSON.

Started by tests.bench.run with the demo's environment, beside no worker. With the word `everything` also
what does not depend on the database."""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campaign.settings")
django.setup()

from django.core.cache import cache  # noqa: E402  Django must be set up first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402
from weasyprint import HTML  # noqa: E402

from donors.campaigns.models import Campaign  # noqa: E402
from donors.gifts.models import Donation  # noqa: E402
from donors.people.models import Donor  # noqa: E402
from donors.receipts.document import make_document  # noqa: E402
from donors.receipts.issue import issue_receipt  # noqa: E402
from tests.bench.load import milliseconds, quantile  # noqa: E402
from tests.factories import a_donor, a_paid_donation  # noqa: E402

RECEIPTS = 30


def queries_of(address: str) -> int:
    """Database queries of one page when nothing is cached but the code."""
    client = Client(headers={"host": "127.0.0.1"})
    client.get(address)
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return len(captured)


def insert_milliseconds() -> float:
    """One bare row of a gift, committed."""
    donor, campaign = Donor.objects.earliest("pk"), Campaign.objects.earliest("pk")

    def insert(number: int) -> None:
        Donation.objects.create(
            donor=donor, campaign=campaign, amount_cents=5000, livemode=False, created_at=timezone.now()
        )

    return quantile(milliseconds(insert, times=100), 50)


def receipts_per_second() -> float:
    """Number, frozen facts, PDF and hash, one after the other."""
    campaign = Campaign.objects.earliest("pk")
    gifts = [a_paid_donation(campaign=campaign, donor=a_donor()) for _ in range(RECEIPTS + 1)]

    def issue(number: int) -> None:
        make_document(issue_receipt(gifts[number], at=timezone.now()), at=timezone.now())

    return 1000 * RECEIPTS / sum(milliseconds(issue, times=RECEIPTS))


def empty_documents_per_second() -> float:
    """The renderer's floor: a page with one word."""

    def render(number: int) -> None:
        HTML(string="<!doctype html><html lang=fr><title>x</title><p>x").write_pdf()

    return 1000 * RECEIPTS / sum(milliseconds(render, times=RECEIPTS))


def main() -> None:
    measured: dict[str, object] = {"insert_ms": insert_milliseconds()}
    if sys.argv[1:] == ["everything"]:
        code = Campaign.objects.earliest("pk").code
        addresses = {"home": "/", "campaign": f"/c/{code}/", "form": f"/don/{code}/"}
        followed = {name: followed_address(address) for name, address in addresses.items()}
        measured |= {
            "campaign_address": followed["campaign"],
            "queries": {name: queries_of(address) for name, address in followed.items()},
            "receipts_per_second": receipts_per_second(),
            "empty_documents_per_second": empty_documents_per_second(),
        }
    print(json.dumps(measured))


def followed_address(address: str) -> str:
    """Where an address leads to: /c/<code>/ leads to the campaign's page."""
    answer = Client(headers={"host": "127.0.0.1"}).get(address, follow=True)
    chain = getattr(answer, "redirect_chain", [])
    return str(chain[-1][0]) if chain else address


if __name__ == "__main__":
    main()
