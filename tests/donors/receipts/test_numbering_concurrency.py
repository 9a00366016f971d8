"""Many receipts at once, on real commits: no gap, no double. On whatever database the settings name."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.db import connection

from donors.gifts.models import Donation
from donors.receipts.checks import differences
from donors.receipts.issue import issue_receipt
from donors.receipts.models import Receipt, ReceiptLine, ReceiptSeries
from tests.donors.test_at_once import all_at_once
from tests.factories import a_campaign, a_paid_donation

AT = datetime(2027, 6, 12, 9, 0, tzinfo=UTC)


def gifts(count: int) -> list[Donation]:
    campaign = a_campaign()
    return [a_paid_donation(campaign=campaign, credited_at=AT) for _ in range(count)]


def issue_all(donations: list[Donation]) -> list[Any]:
    jobs: list[Callable[[], object]] = [partial(issue_receipt, donation, at=AT) for donation in donations]
    results = all_at_once(jobs)
    failed = [result for result in results if not isinstance(result, Receipt)]
    assert not failed, failed
    return results


def assert_no_gap_and_no_double(count: int) -> None:
    numbers = sorted(Receipt.objects.values_list("number", flat=True))
    assert numbers == list(range(1, count + 1))
    assert ReceiptSeries.objects.get().last_number == count
    assert ReceiptLine.objects.filter(live=True).count() == count
    assert not [line for line in differences() if "has no PDF yet" not in line]


@pytest.mark.postgresql
@pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"),
    reason="DATABASE_URL names no PostgreSQL: row locks cannot be tried on SQLite, which has none",
)
def test_fifty_receipts_at_once_have_fifty_numbers_without_a_gap(committed_db: None) -> None:
    assert connection.vendor == "postgresql"
    issue_all(gifts(50))

    assert_no_gap_and_no_double(50)


def test_eight_receipts_at_once_begin_a_series_together(committed_db: None) -> None:
    issue_all(gifts(8))

    assert_no_gap_and_no_double(8)


def test_eight_workers_on_the_same_gift_make_one_receipt(committed_db: None) -> None:
    results = issue_all(gifts(1) * 8)

    assert len({receipt.pk for receipt in results}) == 1
    assert_no_gap_and_no_double(1)


def test_doubled_work_on_several_gifts_leaves_no_gap(committed_db: None) -> None:
    donations = gifts(4)

    issue_all(donations * 3)

    assert_no_gap_and_no_double(4)
