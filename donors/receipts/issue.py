"""Issue a receipt: freeze what it says, give it its number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from donors.campaigns.models import local_day
from donors.gifts.kept import kept_of_all
from donors.gifts.models import Donation
from donors.receipts.code import new_code, shown_code, verify_url
from donors.receipts.eligibility import NotReceiptable, obstacles, obstacles_together
from donors.receipts.events import ReceiptEvent, note
from donors.receipts.models import Receipt, ReceiptLine
from donors.receipts.numbering import take_number
from donors.receipts.snapshot import Part, build_snapshot, snapshot_sha256


@dataclass(frozen=True, kw_only=True)
class Why:
    """What goes into the receipt's history: when, because of what, and by whom; nobody means by itself."""

    at: datetime
    because: str
    actor: User | None = None


def issue_receipt(
    donation: Donation, *, at: datetime, because: str = "", actor: User | None = None
) -> Receipt:
    """The receipt of this gift: the live one if there is one, else a new one over what is left of the gift.

    Its PDF is made afterwards. `because` and `actor` go into the receipt's history.
    Idempotent, however many workers ask at once. One short transaction; locks, in this order: the donation,
    then the number series. Everything is checked before the number is taken, so a refusal uses none up.
    The number's year is the year of issue in Paris. After a cancelled receipt the new one names the old one.
    Raises NotReceiptable with every obstacle. CGI art. 200-5 and 238 bis-5 bis; arrêté du 26 juin 2008."""
    try:
        with transaction.atomic():
            [locked] = lock_gifts([donation.pk])
            live = live_receipt_of(locked)
            if live is not None:
                return live
            if found := obstacles(locked):
                raise NotReceiptable(found)
            why = Why(at=at, because=because or "don encaissé", actor=actor)
            return write_receipt([locked], Receipt.Kind.GIFT, unreplaced_receipt_of(locked), why)
    except IntegrityError:
        # Somebody else was faster where no lock could hold us back. Our number went back with the rollback.
        winner = live_receipt_of(donation)
        if winner is None:
            raise
        return winner


def issue_together(gifts: Sequence[Donation], kind: Receipt.Kind, *, why: Why) -> Receipt:
    """One receipt over several gifts of one donor and one year, each with what is left of it.

    One short transaction; locks the gifts in the order of their keys, then the number series. A gift that
    got a receipt meanwhile is an obstacle: nothing is issued twice. Raises NotReceiptable with everything
    that stands against it, and IntegrityError if somebody was faster where no lock held."""
    with transaction.atomic():
        locked = lock_gifts([gift.pk for gift in gifts])
        if found := obstacles_together(locked):
            raise NotReceiptable(found)
        replaced = [unreplaced_receipt_of(gift) for gift in locked]
        same = replaced[0] if all(each == replaced[0] for each in replaced) else None
        return write_receipt(locked, kind, same, why)


def lock_gifts(pks: Sequence[int]) -> list[Donation]:
    """The gifts under their locks, taken in the order of their keys: no two workers wait in a ring."""
    rows = Donation.objects.select_related("donor", "campaign__organisation").order_by("pk")
    return list(rows.select_for_update(of=("self",)).filter(pk__in=pks))


def live_receipt_of(donation: Donation) -> Receipt | None:
    """The one valid receipt that this gift is on."""
    return Receipt.objects.select_related("series").filter(lines__donation=donation, lines__live=True).first()


def unreplaced_receipt_of(donation: Donation) -> Receipt | None:
    """The latest cancelled receipt of this gift that no other replaces yet."""
    cancelled = Receipt.objects.filter(
        lines__donation=donation, state=Receipt.State.CANCELLED, replaced_by__isnull=True
    )
    return cancelled.select_related("series").order_by("-pk").first()


def write_receipt(
    gifts: Sequence[Donation], kind: Receipt.Kind, replaced: Receipt | None, why: Why
) -> Receipt:
    """Freeze, number and store, in the caller's transaction, which holds the gifts and found no obstacle."""
    parts = parts_of(gifts)
    replaces = replaced.full_number if replaced else ""
    snapshot = build_snapshot(parts, at=why.at, kind=kind, replaces=replaces)
    last = gifts[-1]
    series = take_number(last.campaign.organisation, year=local_day(why.at).year, livemode=last.livemode)
    receipt = Receipt(
        series=series,
        number=series.last_number,
        donor=last.donor,
        kind=kind,
        form=snapshot["form"],
        form_version=snapshot["form_version"],
        code=new_code(),
        amount_cents=snapshot["gift"]["amount_cents"],
        issued_at=why.at,
        replaces=replaced,
    )
    receipt.snapshot = snapshot | _numbered(receipt)
    receipt.snapshot_sha256 = snapshot_sha256(receipt.snapshot)
    receipt.save(force_insert=True)
    ReceiptLine.objects.bulk_create(
        ReceiptLine(receipt=receipt, donation=part.donation, amount_cents=part.amount_cents) for part in parts
    )
    note(receipt, ReceiptEvent.Kind.ISSUED, at=why.at, because=why.because, actor=why.actor)
    return receipt


def parts_of(gifts: Sequence[Donation]) -> list[Part]:
    """What is left of each of these gifts, by the ledger: a preview and the receipt itself say the same."""
    kept = kept_of_all(gifts)
    return [Part(donation=gift, amount_cents=kept[gift.pk].ledger_cents) for gift in gifts]


def _numbered(receipt: Receipt) -> dict[str, Any]:
    number, code = receipt.full_number, receipt.code
    address = verify_url(settings.SITE_URL, number=number, code=code)
    return {"number": number, "code": shown_code(code), "verify_url": address}
