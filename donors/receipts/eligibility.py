"""May this gift have a receipt? Derived from the rows at the moment of asking, never stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from donors.campaigns.models import Organisation
from donors.gifts.kept import Kept, kept_of
from donors.gifts.models import Donation, Status
from donors.people.models import Donor
from donors.receipts.mentions import missing_mentions
from donors.receipts.snapshot import build_snapshot


class Code(StrEnum):
    NOT_PAID = "not_paid"
    REVERSED = "reversed"
    HELD = "held"
    NOT_BOOKED = "not_booked"
    NOTHING_LEFT = "nothing_left"
    REFUNDING = "refund_on_its_way"
    DISPUTED = "dispute_open"
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

    A gift that has its receipt already meets no obstacle for that; one that was refunded in part may have
    one over what is left. Three queries, on its money; the donor, the campaign and its organisation are read
    from the passed object. Test gifts may have receipts: their numbers are in a series of their own and
    their PDF says SPÉCIMEN."""
    kept = kept_of(donation)
    found = [*_of_the_money(donation, kept), *_of_the_people(donation, donation.campaign.organisation)]
    if found or donation.credited_at is None:
        return found
    snapshot = build_snapshot(donation, at=donation.credited_at, amount_cents=kept.ledger_cents)
    return [
        Obstacle(Code.INCOMPLETE, f"Il manque au reçu : {label}.") for label in missing_mentions(snapshot)
    ]


def _of_the_money(donation: Donation, kept: Kept) -> Iterator[Obstacle]:
    if donation.status == Status.REVERSED:
        yield Obstacle(Code.REVERSED, "La banque a repris ce don.")
    elif donation.status != Status.SUCCEEDED:
        yield Obstacle(Code.NOT_PAID, "Ce don n’est pas encaissé.")
    if donation.hold:
        yield Obstacle(Code.HELD, f"Ce don est mis de côté : {donation.get_hold_display()}.")
    if donation.is_paid:
        yield from _of_what_went_back(donation, kept)


def _of_what_went_back(donation: Donation, kept: Kept) -> Iterator[Obstacle]:
    if kept.disputed:
        yield Obstacle(Code.DISPUTED, "Une contestation est ouverte : la banque n’a pas encore tranché.")
    if kept.refunding:
        yield Obstacle(Code.REFUNDING, "Un remboursement est en cours : il faut attendre qu’il aboutisse.")
    if kept.gift_cents != donation.amount_cents or (
        not kept.disputed and not kept.refunding and not kept.has_settled
    ):
        yield Obstacle(Code.NOT_BOOKED, "Les écritures de ce don ne disent pas le même montant que lui.")
    elif kept.told_cents <= 0:
        yield Obstacle(Code.NOTHING_LEFT, "Il ne reste rien de ce don : l’argent est reparti.")


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
