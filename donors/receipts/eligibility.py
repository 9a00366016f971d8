"""May this gift have a receipt? Derived from the rows at the moment of asking, never stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from donors.campaigns.models import Organisation
from donors.gifts.models import Donation, LedgerEntry, Status
from donors.people.models import Donor
from donors.receipts.mentions import missing_mentions
from donors.receipts.snapshot import build_snapshot


class Code(StrEnum):
    NOT_PAID = "not_paid"
    REVERSED = "reversed"
    HELD = "held"
    NOT_BOOKED = "not_booked"
    REFUNDED = "refunded"
    RECEIPTS_OFF = "receipts_off"
    NOT_WANTED = "not_wanted"
    ORGANISATION = "donor_is_an_organisation"
    NO_NAME = "donor_without_name"
    NO_ADDRESS = "donor_without_address"
    INCOMPLETE = "missing_mention"


@dataclass(frozen=True)
class Obstacle:
    """One reason why there is no receipt, with a French sentence for the treasurer."""

    code: Code
    sentence: str

    def __str__(self) -> str:
        return self.sentence


class NotReceiptable(Exception):
    """No receipt for this gift, for all of these reasons; no number was used up."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        super().__init__(" ".join(obstacle.sentence for obstacle in obstacles))
        self.obstacles = obstacles


def obstacles(donation: Donation) -> list[Obstacle]:
    """Everything that stands between this gift and a receipt; an empty list if nothing does.

    A gift that has its receipt already meets no obstacle for that. One query, on the ledger; the donor, the
    campaign and its organisation are read from the passed object. Test gifts may have receipts: their
    numbers are in a series of their own and their PDF says SPÉCIMEN."""
    organisation = donation.campaign.organisation
    found = [*_of_the_money(donation), *_of_the_people(donation, organisation)]
    if found or donation.credited_at is None:
        return found
    snapshot = build_snapshot(donation, at=donation.credited_at)
    return [
        Obstacle(Code.INCOMPLETE, f"Il manque au reçu : {label}.") for label in missing_mentions(snapshot)
    ]


def _of_the_money(donation: Donation) -> Iterator[Obstacle]:
    if donation.status == Status.REVERSED:
        yield Obstacle(Code.REVERSED, "La banque a repris ce don.")
    elif donation.status != Status.SUCCEEDED:
        yield Obstacle(Code.NOT_PAID, "Ce don n’est pas encaissé.")
    if donation.hold:
        yield Obstacle(Code.HELD, f"Ce don est mis de côté : {donation.get_hold_display()}.")
    gift, back = _booked_cents(donation)
    if donation.is_paid and gift != donation.amount_cents:
        yield Obstacle(Code.NOT_BOOKED, "Les écritures de ce don ne disent pas le même montant que lui.")
    if back:
        yield Obstacle(Code.REFUNDED, "De l’argent de ce don est reparti (remboursement ou contestation).")


def _of_the_people(donation: Donation, organisation: Organisation) -> Iterator[Obstacle]:
    if not organisation.receipts_enabled:
        reason = organisation.receipts_reason or "aucun motif n’est indiqué"
        yield Obstacle(Code.RECEIPTS_OFF, f"L’organisme n’émet pas de reçus fiscaux : {reason}")
    if not donation.wants_receipt:
        yield Obstacle(Code.NOT_WANTED, "Le donateur n’a pas demandé de reçu.")
    donor: Donor = donation.donor
    if donor.is_organisation:
        yield Obstacle(
            Code.ORGANISATION,
            "Le donateur est un organisme : son reçu suit le modèle 2041-MEC, qui n’est pas encore émis ici.",
        )
    elif not donor.first_name.strip() or not donor.last_name.strip():
        yield Obstacle(Code.NO_NAME, "Il manque le nom ou le prénom du donateur.")
    if not donor.has_address:
        yield Obstacle(Code.NO_ADDRESS, "L’adresse du donateur est incomplète.")


def _booked_cents(donation: Donation) -> tuple[int, int]:
    """What the ledger holds of this gift: the money that came, and the money that went back (0 or less)."""
    gift = back = 0
    lines = LedgerEntry.objects.filter(donation=donation).collected()
    for kind, cents in lines.values_list("kind", "amount_cents"):
        if kind == LedgerEntry.Kind.GIFT:
            gift += cents
        else:
            back += cents
    return gift, back
