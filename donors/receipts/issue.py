"""Issue a receipt: freeze what it says, give it its number."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from donors.campaigns.models import local_day
from donors.gifts.kept import kept_of
from donors.gifts.models import Donation
from donors.receipts.eligibility import NotReceiptable, obstacles
from donors.receipts.events import ReceiptEvent, note
from donors.receipts.models import Receipt, ReceiptLine
from donors.receipts.numbering import take_number
from donors.receipts.snapshot import build_snapshot, snapshot_sha256


def issue_receipt(
    donation: Donation, *, at: datetime, because: str = "", actor: User | None = None
) -> Receipt:
    """The receipt of this gift: the live one if there is one, else a new one over what is left of the gift.

    Its PDF is made afterwards. `because` and `actor` go into the receipt's history.
    Idempotent, however many workers ask at once. One short transaction; locks, in this order: the donation,
    then the number series. Everything is checked before the number is taken, so a refusal uses none up.
    The number's year is the year of issue in Paris. After a cancelled receipt the new one names the old one.
    Raises NotReceiptable with every obstacle. CGI art. 200-5; arrêté du 26 juin 2008."""
    try:
        with transaction.atomic():
            return _issue(donation.pk, at, because, actor)
    except IntegrityError:
        # Somebody else was faster where no lock could hold us back. Our number went back with the rollback.
        winner = live_receipt_of(donation)
        if winner is None:
            raise
        return winner


def live_receipt_of(donation: Donation) -> Receipt | None:
    """The one valid receipt that this gift is on."""
    return Receipt.objects.select_related("series").filter(lines__donation=donation, lines__live=True).first()


def _issue(donation_pk: int, at: datetime, because: str, actor: User | None) -> Receipt:
    rows = Donation.objects.select_related("donor", "campaign__organisation")
    donation: Donation = rows.select_for_update(of=("self",)).get(pk=donation_pk)
    live = live_receipt_of(donation)
    if live is not None:
        return live
    if found := obstacles(donation):
        raise NotReceiptable(found)
    replaced = unreplaced_receipt_of(donation)
    left_cents = kept_of(donation).ledger_cents
    replaces = replaced.full_number if replaced else ""
    snapshot = build_snapshot(donation, at=at, amount_cents=left_cents, replaces=replaces)
    series = take_number(donation.campaign.organisation, year=local_day(at).year, livemode=donation.livemode)
    receipt = Receipt(
        series=series,
        number=series.last_number,
        donor=donation.donor,
        form=snapshot["form"],
        amount_cents=left_cents,
        issued_at=at,
        replaces=replaced,
    )
    receipt.snapshot = snapshot | {"number": receipt.full_number}
    receipt.snapshot_sha256 = snapshot_sha256(receipt.snapshot)
    receipt.save(force_insert=True)
    ReceiptLine.objects.create(receipt=receipt, donation=donation, amount_cents=left_cents)
    note(receipt, ReceiptEvent.Kind.ISSUED, at=at, because=because or "don encaissé", actor=actor)
    return receipt


def unreplaced_receipt_of(donation: Donation) -> Receipt | None:
    """The latest cancelled receipt of this gift that no other replaces yet."""
    cancelled = Receipt.objects.filter(
        lines__donation=donation, state=Receipt.State.CANCELLED, replaced_by__isnull=True
    )
    return cancelled.select_related("series").order_by("-pk").first()
