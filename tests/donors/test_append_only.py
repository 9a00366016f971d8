"""The database itself refuses to change or delete what must never change."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from donors.gifts.models import LedgerEntry
from donors.people.consent import record_consent
from donors.people.models import ConsentRecord
from tests.factories import a_donor, a_paid_donation

pytestmark = pytest.mark.django_db


def test_a_ledger_line_cannot_be_changed() -> None:
    line = a_paid_donation().ledger.first()
    assert line
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        LedgerEntry.objects.filter(pk=line.pk).update(amount_cents=1)


def test_a_ledger_line_cannot_be_deleted() -> None:
    a_paid_donation()
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM donors_ledgerentry")


def test_a_consent_cannot_be_rewritten() -> None:
    record_consent(
        a_donor(), ConsentRecord.Purpose.NEWSLETTER, given=False, wording="Oui ?", at=timezone.now()
    )
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ConsentRecord.objects.update(given=True)
