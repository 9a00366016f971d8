import pytest

from donors.gifts.models import Donation
from donors.receipts.document import make_document
from donors.receipts.issue import issue_receipt
from donors.receipts.models import Receipt
from tests.factories import a_paid_donation


@pytest.fixture
def gift(db: None) -> Donation:
    """Amina's 50 €, confirmed; she wants a receipt."""
    return a_paid_donation()


@pytest.fixture
def receipt(gift: Donation) -> Receipt:
    """The receipt of that gift, with its PDF."""
    assert gift.credited_at
    issued = issue_receipt(gift, at=gift.credited_at)
    make_document(issued, at=gift.credited_at)
    return issued
