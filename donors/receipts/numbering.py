"""Receipt numbers: 1, 2, 3… per organisation, year and mode, without a gap."""

from django.db import connection
from django.db.models import F
from django.db.transaction import TransactionManagementError

from donors.campaigns.models import Organisation
from donors.receipts.models import ReceiptSeries


def take_number(organisation: Organisation, *, year: int, livemode: bool) -> ReceiptSeries:
    """Take the next number: the series comes back with it as `last_number`.

    Take it last: the series row stays locked from here until the caller's transaction ends, and everybody
    else who issues waits. A rollback gives the number back. Raises TransactionManagementError outside a
    transaction, where a number could be lost."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("a receipt number is taken in the transaction that uses it")
    # The first receipt of a year makes the row; who comes second in that race meets UNIQUE and reads it.
    series, _ = ReceiptSeries.objects.get_or_create(organisation=organisation, year=year, livemode=livemode)
    # The UPDATE locks the row and counts from what the last committed transaction left there.
    ReceiptSeries.objects.filter(pk=series.pk).update(last_number=F("last_number") + 1)
    series.refresh_from_db(fields=["last_number"])
    return series
