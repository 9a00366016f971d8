"""May this gift have a receipt? Derived from the rows at the moment of asking, never stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.conf import settings
from stdnum.fr import siren

from donors.campaigns.models import Organisation
from donors.campaigns.regimes import Regimes, regimes_of
from donors.gifts.kept import Kept, kept_of, kept_of_all
from donors.gifts.models import Donation, Status
from donors.people.models import Donor
from donors.receipts.counterparts import share_problem, year_problem
from donors.receipts.mentions import missing_mentions
from donors.receipts.models import ReceiptLine
from donors.receipts.snapshot import Part, build_snapshot
from donors.receipts.tax.articles import articles_for
from donors.receipts.wording import day_in_french


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
    OTHER_MODE = "test_gift"
    WRONG_FORM = "person_with_a_company_number"
    NO_SIREN = "company_without_siren"
    NO_LEGAL_FORM = "company_without_legal_form"
    MIXED_DONORS = "several_donors"
    MIXED_YEARS = "several_years"
    RECEIPTED = "already_on_a_receipt"
    WAITING = "hold_not_over"
    NO_NAME = "donor_without_name"
    NO_ADDRESS = "donor_without_address"
    INCOMPLETE = "missing_mention"
    NO_REGIME = "no_regime_on_the_day"
    NO_ARTICLE = "no_article_applies"
    COUNTERPART = "counterpart_too_large"
    COUNTERPARTS = "counterparts_of_the_year_too_large"


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
    one over what is left. Four queries, on its money and on the regime of its day; the donor, the campaign
    and its organisation are read from the passed object. A site in test mode gives test receipts: their
    numbers are in a series of their own and their PDF says SPÉCIMEN."""
    return obstacles_given(donation, kept_of(donation), regimes_of([donation.campaign.organisation_id]))


def obstacles_given(donation: Donation, kept: Kept, regimes: Regimes) -> list[Obstacle]:
    """The same, for who has read what is left of many gifts at once, and the regimes of their organisations.

    No query, but for a gift with something in return."""
    organisation = donation.campaign.organisation
    found = [
        *_of_the_money(donation, kept),
        *_of_the_people(donation, organisation),
        *_of_the_law(donation, kept, regimes),
    ]
    if found or donation.credited_at is None:
        return found
    part = Part(donation=donation, amount_cents=kept.ledger_cents)
    missing = missing_mentions(build_snapshot([part], at=donation.credited_at))
    return [Obstacle(Code.INCOMPLETE, f"Il manque au reçu : {label}.") for label in missing]


def obstacles_together(gifts: Sequence[Donation]) -> list[Obstacle]:
    """Everything that stands between these gifts and one receipt over them all.

    They must be of one donor and of one year, and each must be free and meet no obstacle by itself; what
    stands against one gift names it."""
    found = list(_of_the_set(gifts))
    kept, regimes = kept_of_all(gifts), regimes_of(gift.campaign.organisation_id for gift in gifts)
    for gift in gifts:
        name = f"Don n°\u00a0{gift.pk}"
        against = obstacles_given(gift, kept[gift.pk], regimes)
        found += [Obstacle(each.code, f"{name} : {each.sentence}") for each in against]
    return found


def same_donor(one: Donor, other: Donor) -> bool:
    """The same person or company, though their rows may differ in the address that was typed."""
    return identity_of(one) == identity_of(other)


def identity_of(donor: Donor) -> tuple[str, ...]:
    """What makes two rows the same donor: e-mail address and name, or a company's number."""
    if donor.is_organisation:
        return donor.kind, donor.siren, "" if donor.siren else donor.organisation_name.casefold()
    names = (" ".join(name.casefold().split()) for name in (donor.first_name, donor.last_name))
    return donor.kind, donor.email_key, *names


def _of_the_set(gifts: Sequence[Donation]) -> Iterator[Obstacle]:
    if any(not same_donor(gifts[0].donor, gift.donor) for gift in gifts):
        yield Obstacle(Code.MIXED_DONORS, "Un reçu ne réunit que les dons d’un même donateur.")
    if len({gift.credited_on.year for gift in gifts if gift.credited_on}) > 1:
        yield Obstacle(Code.MIXED_YEARS, "Un reçu ne réunit que les dons d’une même année.")
    for line in ReceiptLine.objects.filter(donation__in=gifts, live=True).select_related("receipt__series"):
        sentence = (
            f"Le don n°\u00a0{line.donation_id} est déjà sur le reçu n°\u00a0{line.receipt.full_number}."
        )
        yield Obstacle(Code.RECEIPTED, sentence)


def _of_the_money(donation: Donation, kept: Kept) -> Iterator[Obstacle]:
    if donation.status == Status.REVERSED:
        yield Obstacle(Code.REVERSED, "La banque a repris ce don.")
    elif donation.status != Status.SUCCEEDED:
        yield Obstacle(Code.NOT_PAID, "Ce don n’est pas encaissé.")
    if donation.livemode != settings.STRIPE_LIVEMODE:
        yield Obstacle(Code.OTHER_MODE, "C’est un don d’essai : aucun argent réel n’a été versé.")
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
        yield from _of_the_company(donor)
    elif donor.siren or donor.organisation_name:
        yield Obstacle(
            Code.WRONG_FORM,
            "Ce donateur est noté comme un particulier et porte un nom ou un numéro d’entreprise : "
            "le modèle des particuliers ne va pas à une entreprise.",
        )
    elif not donor.first_name.strip() or not donor.last_name.strip():
        yield Obstacle(Code.NO_NAME, "Il manque le nom ou le prénom du donateur.")
    if not donor.has_address:
        yield Obstacle(Code.NO_ADDRESS, "L’adresse du donateur est incomplète.")


def _of_the_company(donor: Donor) -> Iterator[Obstacle]:
    if not siren.is_valid(donor.siren):
        yield Obstacle(Code.NO_SIREN, "Il manque un numéro SIREN valable de l’entreprise donatrice.")
    if not donor.legal_form.strip():
        yield Obstacle(Code.NO_LEGAL_FORM, "Il manque la forme juridique de l’entreprise donatrice.")


def _of_the_law(donation: Donation, kept: Kept, regimes: Regimes) -> Iterator[Obstacle]:
    """Tax law is asked with the gift's own day; a gift that is not credited yet has none."""
    day, organisation = donation.credited_on, donation.campaign.organisation
    if day is None:
        return
    standing = regimes.on(day, organisation_id=organisation.pk)
    if standing is None:
        sentence = f"Aucun régime fiscal de l’organisme n’était en vigueur le {day_in_french(day)}."
        yield Obstacle(Code.NO_REGIME, sentence)
    elif not articles_for(
        organisation.category, regime=standing.regime, is_company=donation.donor.is_organisation, on=day
    ):
        yield Obstacle(Code.NO_ARTICLE, _no_article(organisation, day))
    if donation.counterpart_cents:
        if sentence := share_problem(donation, left_cents=kept.ledger_cents, on=day):
            yield Obstacle(Code.COUNTERPART, sentence)
        if sentence := year_problem(donation, on=day):
            yield Obstacle(Code.COUNTERPARTS, sentence)


def _no_article(organisation: Organisation, day: date) -> str:
    category = organisation.get_category_display()
    return (
        f"Un don du {day_in_french(day)} de ce donateur à un organisme de la catégorie « {category} » "
        "n’ouvre droit à aucune réduction d’impôt."
    )
