"""Who and what the demo starts with. The legal identifiers are invented, valid in form, and say so."""

import secrets
from datetime import date, datetime, timedelta

from django.contrib.auth.models import Group, User

from donors.campaigns.models import Campaign, Frequency, GiftPreset, Goal, Organisation, local_day
from donors.campaigns.regimes import OrganisationRegime

CODE = "juin"
FIRST_GIFTS_ON = date(2017, 1, 1)
DAYS_BEFORE = 12
DAYS_IN_ALL = 30

PRESETS = (
    (20, "Une carte SIM avec un mois de connexion pour une personne isolée", False),
    (50, "Une personne suit un atelier d’initiation, du premier clic au premier courriel", True),
    (80, "Une permanence connectée : une démarche en ligne menée jusqu’au bout", False),
    (150, "Un téléphone reconditionné, remis et pris en main avec un bénévole", False),
)

MONTHLY_PRESETS = (
    (5, "Une heure de connexion par semaine pour une personne isolée"),
    (10, "Un mois de connexion, chaque mois, pour une personne isolée"),
    (20, "Une place à l’atelier d’initiation, chaque mois"),
    (30, "Une permanence connectée, chaque mois"),
)

# A hand-drawn stroke, ours: the signature of a treasurer who does not exist.
SIGNATURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 220 70">'
    '<path fill="none" stroke="#1b2a49" stroke-width="2.6" stroke-linecap="round" '
    'd="M12 48C28 12 46 8 44 26S22 60 34 56s28-34 34-34-8 30 0 30 18-26 24-26-6 24 2 24 16-34 22-38'
    '-4 34 6 36 14-22 20-22-2 20 6 20 12-12 18-14 4 12 14 10 14-10 22-12"/></svg>'
)


def plant_organisation() -> Organisation:
    organisation, _ = Organisation.objects.get_or_create(
        siren="123456782",
        defaults={
            "legal_name": "Emmaüs Connect (démonstration)",
            "rna": "W999999999",
            "street": "1 place de l’Exemple",
            "postcode": "33300",
            "city": "Bordeaux",
            "purpose": (
                "Faire du numérique une chance d’insertion : accueil, ateliers, équipement et connexion "
                "des personnes en situation de précarité."
            ),
            "signatory_name": "Claire Fontaine",
            "signatory_role": "trésorière",
            "signature_svg": SIGNATURE,
            "receipts_enabled": True,
            "receipts_reason": "Démonstration : organisme et identifiants inventés.",
            "email": "dons@example.org",
            "phone": "05 00 00 00 00",
        },
    )
    OrganisationRegime.objects.get_or_create(
        organisation=organisation,
        starts_on=FIRST_GIFTS_ON,
        defaults={"note": "Démonstration : un organisme d’intérêt général, sans rescrit."},
    )
    return organisation


def plant_campaign(*, at: datetime) -> Campaign:
    """The June campaign, moved so that it is open today."""
    first = local_day(at) - timedelta(days=DAYS_BEFORE)
    campaign, created = Campaign.objects.get_or_create(
        code=CODE,
        defaults={
            "organisation": plant_organisation(),
            "name": "Juin du numérique solidaire",
            "starts_on": first,
            "ends_on": first + timedelta(days=DAYS_IN_ALL - 1),
        },
    )
    if created:
        Goal.objects.create(campaign=campaign, kind=Goal.Kind.RAISED, target=2_000_000)
        for euros, text, selected in PRESETS:
            GiftPreset.objects.create(
                campaign=campaign, amount_cents=euros * 100, text=text, selected=selected
            )
        for euros, text in MONTHLY_PRESETS:
            GiftPreset.objects.create(
                campaign=campaign, frequency=Frequency.MONTHLY, amount_cents=euros * 100, text=text
            )
    return campaign


def plant_users() -> dict[str, str]:
    """The three demo accounts with fresh passwords: known only to who reads the console of this start."""
    return {
        "editrice": _user("editrice", "Communication"),
        "tresorier": _user("tresorier", "Trésorerie"),
        "admin": _user("admin", None),
    }


def _user(name: str, group: str | None) -> str:
    password = secrets.token_urlsafe(9)
    user, _ = User.objects.get_or_create(username=name, defaults={"email": f"{name}@example.org"})
    user.set_password(password)
    user.is_superuser = user.is_staff = group is None
    user.save()
    user.groups.set(Group.objects.filter(name=group))
    return password
