"""Rows that tests need, with good defaults. Amina gives, Bruno edits, Claire keeps the books."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from donors.campaigns.models import Campaign, GiftPreset, Goal, Organisation, local_day
from donors.campaigns.regimes import OrganisationRegime
from donors.gifts.ledger import book_fee, book_gift
from donors.gifts.models import Donation, Method, Nature, Status
from donors.gifts.monthly import MonthlyGift
from donors.gifts.status import move
from donors.people.models import Donor

_numbers = count(1)

SIGNATURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 180 70" fill="none" stroke="#12324a">'
    '<path d="M14 46C20 22 34 8 40 16c5 8-14 34-20 34-5 0 4-16 20-20 10-3 12 4 8 10-3 5 4 6 10 0"/></svg>'
)


def an_organisation(*, regime: str = "general", **over: Any) -> Organisation:
    """With one tax regime, in force since the first day of the tax tables; "" for none."""
    facts: dict[str, Any] = {
        "legal_name": "Emmaüs Connect",
        "siren": "732829320",
        "rna": "W751234567",
        "street": "12 rue des Essais",
        "postcode": "33300",
        "city": "Bordeaux",
        "purpose": "L’inclusion numérique des personnes en situation de précarité.",
        "signatory_name": "Claire Martin",
        "signatory_role": "trésorière",
        "signature_svg": SIGNATURE,
        "receipts_enabled": True,
        "receipts_reason": "Rescrit du 12 mars 2024.",
        "email": "dons@example.org",
    }
    organisation = Organisation.objects.create(**{**facts, **over})
    if regime:
        OrganisationRegime.objects.create(
            organisation=organisation, starts_on=date(2012, 1, 1), regime=regime, note="Analyse de Claire."
        )
    return organisation


def a_campaign(**over: Any) -> Campaign:
    """Open since yesterday, for thirty days, with a goal of 20 000 €."""
    today = local_day(timezone.now())
    facts: dict[str, Any] = {
        "code": f"juin-{next(_numbers)}",
        "name": "Campagne de juin",
        "starts_on": today - timedelta(days=1),
        "ends_on": today + timedelta(days=28),
    }
    if "organisation" not in over:
        facts["organisation"] = an_organisation()
    campaign = Campaign.objects.create(**{**facts, **over})
    Goal.objects.create(campaign=campaign, kind=Goal.Kind.RAISED, target=2_000_000)
    for euros, text in ((20, "Une carte SIM"), (50, "Un atelier"), (80, "Un mois"), (150, "Un téléphone")):
        GiftPreset.objects.create(campaign=campaign, amount_cents=euros * 100, text=text)
    return campaign


def with_monthly_amounts(campaign: Campaign) -> Campaign:
    """It offers monthly gifts from now on: 10, 20 or 30 €."""
    for euros in (10, 20, 30):
        GiftPreset.objects.create(campaign=campaign, frequency="monthly", amount_cents=euros * 100)
    return campaign


def a_donor(**over: Any) -> Donor:
    number = next(_numbers)
    facts: dict[str, Any] = {
        "email": f"amina.{number}@example.org",
        "first_name": "Amina",
        "last_name": "Benali",
        "street": "3 cours de l’Yser",
        "postcode": "33800",
        "city": "Bordeaux",
        "created_at": timezone.now(),
    }
    facts.update(over)
    facts.setdefault("email_key", facts["email"].casefold())
    return Donor.objects.create(**facts)


def a_company(**over: Any) -> Donor:
    facts = {
        "kind": Donor.Kind.ORGANISATION,
        "organisation_name": "Boulangerie Martin",
        "legal_form": "SARL",
        "siren": "732829320",
    }
    return a_donor(**{**facts, **over})


def a_donation(**over: Any) -> Donation:
    facts: dict[str, Any] = {
        "amount_cents": 5000,
        "livemode": False,
        "wants_receipt": True,
        "created_at": timezone.now(),
        **over,
    }
    facts.setdefault("donor", None)
    facts["donor"] = facts["donor"] or a_donor()
    if "campaign" not in facts:
        facts["campaign"] = a_campaign()
    return Donation.objects.create(**facts)


def a_paid_donation(*, credited_at: datetime | None = None, fee_cents: int = 100, **over: Any) -> Donation:
    """A card gift that went through, with its ledger lines."""
    donation = a_donation(**over)
    at = credited_at or timezone.now()
    number = next(_numbers)
    charge = f"ch_test_{number}"
    move(
        donation,
        Status.SUCCEEDED,
        at=at,
        because="test",
        credited_at=at,
        stripe_charge_id=charge,
        stripe_payment_intent_id=f"pi_test_{number}",
    )
    book_gift(donation, charge_id=charge, occurred_at=at, at=at)
    book_fee(donation, transaction_id=f"txn_test_{number}", fee_cents=fee_cents, occurred_at=at, at=at)
    return donation


def a_gift_in_kind(*, credited_at: datetime | None = None, **over: Any) -> Donation:
    """Ten computers, worth 1 200 €, that a company gave."""
    facts = {
        "amount_cents": 120_000,
        "nature": Nature.IN_KIND,
        "method": Method.NONE,
        "description": "Dix ordinateurs portables reconditionnés",
        **over,
    }
    donation = a_donation(**facts)
    at = credited_at or timezone.now()
    move(donation, Status.SUCCEEDED, at=at, because="test", credited_at=at)
    book_gift(donation, charge_id=f"by-hand:{donation.uuid}", occurred_at=at, at=at)
    return donation


def a_monthly_gift(**over: Any) -> MonthlyGift:
    """A promise of 10 € that Stripe debits each month."""
    facts: dict[str, Any] = {
        "amount_cents": 1000,
        "livemode": False,
        "created_at": timezone.now(),
        "status": MonthlyGift.Status.ACTIVE,
        "stripe_subscription_id": f"sub_test_{next(_numbers)}",
        **over,
    }
    if "donor" not in facts:
        facts["donor"] = a_donor()
    if "campaign" not in facts:
        facts["campaign"] = a_campaign()
    return MonthlyGift.objects.create(**facts)


def bruno() -> User:
    """Edits pages."""
    return _user("bruno", "Communication")


def claire() -> User:
    """Keeps the books."""
    return _user("claire", "Trésorerie")


def _user(name: str, group: str) -> User:
    user = User.objects.create_user(name, f"{name}@example.org", "a long pass phrase")
    user.groups.add(Group.objects.get(name=group))
    return user
