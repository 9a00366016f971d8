"""A few dozen gifts of the last days, each made on the pretend Stripe's pay page, so that its books and
ours agree. What was planted is known by its donor: a planting that was killed goes on where it stopped."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import requests
from django.conf import settings

from donors.campaigns.models import Campaign
from donors.follow_ups import follow_due_events
from donors.gifts.models import Donation, Status
from donors.giving.begin import GiftWishes, begin_gift
from donors.payments.checkout import ReturnAddresses, open_checkout
from donors.payments.sync_monthly import sync_gift
from donors.people.models import Donor
from donors.people.remember import DonorDetails

NAMES = (
    ("Amina", "Benali"),
    ("Louis", "Castaing"),
    ("Jeanne", "Lafitte"),
    ("Karim", "Haddad"),
    ("Élodie", "Moreau"),
    ("Thị Hương", "Nguyễn"),
    ("Paul", "Dupuy"),
    ("Fatou", "Diop"),
    ("Hélène", "Roussel"),
    ("Maïté", "Etcheverry"),
    ("Gaël", "Lefèvre"),
    ("Inès", "Ferreira"),
    ("Omar", "Sarr"),
)
STREETS = ("cours de la Somme", "rue du Jardin-Public", "avenue Thiers", "rue Sainte-Catherine")
CITIES = (("33000", "Bordeaux"), ("33300", "Bordeaux"), ("33700", "Mérignac"), ("33400", "Talence"))
AMOUNTS = (2000, 2000, 3000, 5000, 5000, 5000, 5000, 8000, 8000, 10000, 15000, 15000, 2550, 30000)
LARGE = {2: 300_000, 8: 200_000, 27: 350_000}
MESSAGES = (
    "Le numérique ne doit laisser personne de côté. Bravo !",
    "Ma grand-mère a appris à m’écrire grâce à vous.",
    "Merci aux bénévoles des Aubiers.",
)
SOURCES = ("", "", "affiche", "lettre", "partage")


@dataclass(frozen=True)
class Plan:
    """One past visit: who, how much, when, and what happened on the pay page."""

    number: int
    at: datetime
    amount_cents: int
    outcomes: tuple[str, ...]
    wants_receipt: bool = True
    organisation: str = ""
    iban: str = ""
    monthly: bool = False

    @property
    def email(self) -> str:
        return f"donateur{self.number + 1}@example.org"


def plan_gifts(*, count: int, first: datetime, last: datetime) -> list[Plan]:
    """The same visits at every seed, spread over the days between two moments."""
    chance = random.Random(1949)  # noqa: S311  demo data, nothing secret
    step = (last - first) / count
    plans = []
    for number in range(count):
        outcomes = {5: ("card_declined", "card"), 11: ("walk_away",), 17: ("challenge_passed",)}
        plans.append(
            Plan(
                number=number,
                at=first + step * number + timedelta(minutes=chance.randrange(50)),
                amount_cents=LARGE.get(number) or chance.choice(AMOUNTS),
                outcomes=outcomes.get(number, ("card",)),
                wants_receipt=number % 7 != 3,
                organisation="Boulangerie Le Fournil des Aubiers" if number == 20 else "",
            )
        )
    return plans


def planted(plan: Plan) -> Donation | None:
    """The gift of this visit, if it was begun; of a monthly one the first month."""
    gifts = Donation.objects.filter(donor__email_key=plan.email)
    found: Donation | None = gifts.order_by("pk").first()
    return found


def is_given(plan: Plan) -> bool:
    """Whether this visit came to its end."""
    donation = planted(plan)
    if donation is None:
        return False
    ends_open = plan.outcomes == ("walk_away",)
    return donation.status != Status.CREATED and (ends_open or donation.status != Status.OPEN)


def give(plan: Plan, campaign: Campaign) -> Donation:
    """One visit, played through our own code and the sandbox's pay page, or the rest of a broken-off one."""
    donation = planted(plan)
    if donation is None:
        donation = begin_gift(campaign, _wishes(plan), key=uuid4(), at=plan.at)
    elif _look(donation, at=plan.at).may_still_be_paid is False:
        return donation
    back = f"{settings.SITE_URL}/"
    url = open_checkout(donation, return_to=ReturnAddresses(success_url=back, cancel_url=back), at=plan.at)
    for outcome in plan.outcomes:
        form = {"outcome": outcome, "iban": plan.iban}
        requests.post(url, data=form, allow_redirects=False, timeout=10).raise_for_status()
    return _look(donation, at=plan.at + timedelta(minutes=2))


def _look(donation: Donation, *, at: datetime) -> Donation:
    """As when the donor comes back: what Stripe says, and what follows from it."""
    found = sync_gift(donation.pk, because="return page", at=at)
    follow_due_events(at=at)
    return found


def _wishes(plan: Plan) -> GiftWishes:
    return GiftWishes(
        amount_cents=plan.amount_cents,
        monthly=plan.monthly,
        donor=_donor(plan),
        wants_receipt=plan.wants_receipt,
        anonymous=plan.number % 5 == 2,
        message=MESSAGES[plan.number % len(MESSAGES)] if plan.number % 12 == 1 else "",
        newsletter=plan.number % 4 == 0,
        source=SOURCES[plan.number % len(SOURCES)],
    )


def _donor(plan: Plan) -> DonorDetails:
    first, last = NAMES[plan.number % len(NAMES)]
    postcode, city = CITIES[plan.number % len(CITIES)]
    address = {
        "street": f"{plan.number + 3} {STREETS[plan.number % len(STREETS)]}",
        "postcode": postcode,
        "city": city,
    }
    return DonorDetails(
        kind=Donor.Kind.ORGANISATION if plan.organisation else Donor.Kind.PERSON,
        email=plan.email,
        first_name=first,
        last_name=last,
        organisation_name=plan.organisation,
        siren="732829320" if plan.organisation else "",
        **(address if plan.wants_receipt else {}),
    )
