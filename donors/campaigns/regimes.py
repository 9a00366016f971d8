"""Under which rule of art. 200 an organisation receives gifts, since when, and how it knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from modelcluster.fields import ParentalKey

from donors.campaigns.models import Organisation


class OrganisationRegime(models.Model):
    """In force from `starts_on` until the next row of the same organisation begins.

    No receipt without a row in force on the gift's day. The rates are not here: they are dated by themselves
    in donors/receipts/tax/rows.py. Ruling: LPF art. L. 80 C; no answer within six months means yes."""

    class Regime(models.TextChoices):
        GENERAL = "general", "Intérêt général (article 200 du CGI, 1)"
        AID = "aid", "Aide aux personnes en difficulté (article 200 du CGI, 1 ter)"

    class Basis(models.TextChoices):
        RULING = "ruling", "Rescrit de l’administration"
        ANALYSIS = "analysis", "Analyse de l’organisme"

    organisation = ParentalKey(Organisation, on_delete=models.PROTECT, related_name="regimes")
    starts_on = models.DateField(
        "pour les dons reçus depuis le",
        help_text="Et jusqu’à la veille de la ligne suivante. Une ligne passée se garde : les dons de ces "
        "jours-là la suivent.",
    )
    regime = models.CharField("régime fiscal", max_length=10, choices=Regime, default=Regime.GENERAL)
    basis = models.CharField("fondé sur", max_length=10, choices=Basis, default=Basis.ANALYSIS)
    ruling_reference = models.CharField("référence du rescrit", max_length=100, blank=True)
    ruling_on = models.DateField("date du rescrit", null=True, blank=True)
    note = models.CharField(
        "remarque", max_length=500, blank=True, help_text="Par exemple qui a fait l’analyse, et quand."
    )

    class Meta:
        verbose_name = "régime fiscal"
        verbose_name_plural = "régimes fiscaux"
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(name="regime_once_a_day", fields=["organisation", "starts_on"]),
            models.CheckConstraint(name="regime_known", condition=Q(regime__in=["general", "aid"])),
            models.CheckConstraint(
                name="regime_ruling_named",
                condition=Q(basis="analysis")
                | (Q(basis="ruling", ruling_on__isnull=False) & ~Q(ruling_reference="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_regime_display()}, depuis le {self.starts_on:%d/%m/%Y}"

    def clean(self) -> None:
        if self.basis == self.Basis.RULING:
            missing = {
                "ruling_reference": ""
                if self.ruling_reference
                else "Un rescrit a une référence : écrivez-la.",
                "ruling_on": "" if self.ruling_on else "Un rescrit a une date : écrivez-la.",
            }
            if found := {field: sentence for field, sentence in missing.items() if sentence}:
                raise ValidationError(found)


@dataclass(frozen=True)
class Regimes:
    """The rows of some organisations, read once for many gifts."""

    rows: tuple[OrganisationRegime, ...]

    def on(self, day: date, *, organisation_id: int) -> OrganisationRegime | None:
        """The row in force on the day of a gift; None where no receipt may be issued."""
        begun = [row for row in self.rows if row.organisation_id == organisation_id and row.starts_on <= day]
        return max(begun, key=lambda row: row.starts_on, default=None)


def regimes_of(organisation_ids: Iterable[int]) -> Regimes:
    """One query."""
    return Regimes(tuple(OrganisationRegime.objects.filter(organisation__in=set(organisation_ids))))
