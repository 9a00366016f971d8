"""A few dozen gifts of the last days, each made on the pretend Stripe's pay page, so that its books and
ours agree. The sandbox's clock is set to the day of each gift and comes back to today at the end."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from django.conf import settings

from donors.campaigns.models import Campaign
from donors.follow_ups import follow_due_events
from donors.gifts.models import Donation, SupportMessage
from donors.payments.checkout import ReturnAddresses, open_checkout
from donors.payments.sync import sync_donation
from donors.people.models import Donor
from donors.people.remember import DonorDetails, remember_donor

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


def give(plan: Plan, campaign: Campaign) -> Donation:
    """One visit, played through our own code and the sandbox's pay page."""
    _control("clock", set=int(plan.at.timestamp()))
    donation = Donation.objects.create(
        donor=_donor(plan),
        campaign=campaign,
        amount_cents=plan.amount_cents,
        livemode=settings.STRIPE_LIVEMODE,
        wants_receipt=plan.wants_receipt,
        anonymous=plan.number % 5 == 2,
        source=SOURCES[plan.number % len(SOURCES)],
        created_at=plan.at,
    )
    if plan.number % 12 == 1:
        SupportMessage.objects.create(
            donation=donation, text=MESSAGES[plan.number % len(MESSAGES)], created_at=plan.at
        )
    back = f"{settings.SITE_URL}/"
    url = open_checkout(donation, return_to=ReturnAddresses(success_url=back, cancel_url=back), at=plan.at)
    for outcome in plan.outcomes:
        requests.post(url, data={"outcome": outcome}, allow_redirects=False, timeout=10).raise_for_status()
    at = plan.at + timedelta(minutes=2)
    sync_donation(donation.pk, because="return page", at=at)
    follow_due_events(at=at)
    return donation


def plant_gifts(campaign: Campaign, *, at: datetime, count: int, tell: Callable[[str], Any]) -> None:
    """Make the past gifts unless there are some; then let the fees arrive and time be real again."""
    if not count or Donation.objects.filter(campaign=campaign).exists():
        return
    tell(f"Création de {count} dons passés, un par un, dans le faux Stripe…")
    try:
        for plan in plan_gifts(count=count, first=at - timedelta(days=12), last=at - timedelta(hours=2)):
            give(plan, campaign)
    finally:
        _control("clock", set="real")
    for donation in Donation.objects.filter(campaign=campaign).exclude(status="expired"):
        sync_donation(donation.pk, because="fees", at=at)
    follow_due_events(at=at)


def _donor(plan: Plan) -> Donor:
    first, last = NAMES[plan.number % len(NAMES)]
    postcode, city = CITIES[plan.number % len(CITIES)]
    address = {
        "street": f"{plan.number + 3} {STREETS[plan.number % len(STREETS)]}",
        "postcode": postcode,
        "city": city,
    }
    details = DonorDetails(
        kind=Donor.Kind.ORGANISATION if plan.organisation else Donor.Kind.PERSON,
        email=f"donateur{plan.number + 1}@example.org",
        first_name=first,
        last_name=last,
        organisation_name=plan.organisation,
        siren="732829320" if plan.organisation else "",
        **(address if plan.wants_receipt else {}),
    )
    return remember_donor(details, at=plan.at)


def _control(what: str, **wanted: object) -> None:
    address = f"{settings.STRIPE_API_BASE}/_sandbox/{what}"
    requests.post(address, json=wanted, timeout=10).raise_for_status()
