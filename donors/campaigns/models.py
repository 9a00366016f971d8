from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from donors.campaigns.categories import OrganisationCategory
from donors.campaigns.months import Month
from donors.money import format_euros

PARIS = ZoneInfo("Europe/Paris")


class Organisation(ClusterableModel):
    """The body that receives the gifts and signs the receipts.

    What a receipt must say of it: arrêté du 26 juin 2008, form 2041-RD. Its tax regimes: `regimes.py`."""

    Category = OrganisationCategory

    legal_name = models.CharField("dénomination", max_length=200)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    rna = models.CharField("RNA", max_length=10, blank=True)
    street = models.CharField("adresse", max_length=200)
    postcode = models.CharField("code postal", max_length=12)
    city = models.CharField("commune", max_length=100)
    country = models.CharField("pays", max_length=2, default="FR")
    purpose = models.TextField("objet")
    category = models.CharField(
        "catégorie",
        max_length=40,
        choices=OrganisationCategory,
        default=OrganisationCategory.ASSOCIATION,
    )
    category_detail = models.CharField(
        "précision de la catégorie",
        max_length=200,
        blank=True,
        help_text="Pour « Autre organisme d’intérêt général » : ce qu’est l’organisme.",
    )
    recognised_on = models.DateField(
        "date du décret ou de l’arrêté de reconnaissance",
        null=True,
        blank=True,
        help_text="Pour une reconnaissance d’utilité publique ; l’arrêté en Alsace-Moselle.",
    )
    published_on = models.DateField(
        "date de publication du décret au Journal officiel", null=True, blank=True
    )
    approved_on = models.DateField(
        "date de l’agrément",
        null=True,
        blank=True,
        help_text="Pour la Fondation du patrimoine ou un organisme européen, s’il y en a un.",
    )
    signatory_name = models.CharField("signataire", max_length=100)
    signatory_role = models.CharField("qualité du signataire", max_length=100)
    signature_svg = models.TextField("signature (SVG)", blank=True)
    receipts_enabled = models.BooleanField("émet des reçus fiscaux", default=False)
    receipts_reason = models.CharField(
        "motif",
        max_length=300,
        help_text="Pourquoi les reçus sont permis (rescrit du…, analyse du…) ou suspendus.",
    )
    financial_year_ends_in = models.PositiveSmallIntegerField(
        "dernier mois de l’exercice comptable",
        choices=Month,
        default=Month.DECEMBER,
        help_text="L’exercice se clôt à la fin de ce mois ; la déclaration annuelle des reçus en dépend.",
    )
    iban = models.CharField("IBAN", max_length=34, blank=True)
    email = models.EmailField("adresse e-mail de contact")
    phone = models.CharField("téléphone", max_length=20, blank=True)

    class Meta:
        verbose_name = "organisme"
        constraints = [
            models.CheckConstraint(
                name="organisation_category_known",
                condition=Q(category__in=OrganisationCategory.values),
            ),
            models.CheckConstraint(
                name="organisation_published_once_recognised",
                condition=Q(published_on__isnull=True) | Q(recognised_on__lte=F("published_on")),
                violation_error_message="Un décret est publié après sa signature : vérifiez les deux dates.",
            ),
            models.CheckConstraint(
                name="organisation_year_ends_in_a_month", condition=Q(financial_year_ends_in__in=Month.values)
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name


class Campaign(ClusterableModel):
    """A dated drive. Its first day begins and its last day ends at midnight in Paris."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="campaigns")
    code = models.SlugField("code", max_length=40, unique=True)
    name = models.CharField("nom", max_length=120)
    starts_on = models.DateField("premier jour")
    ends_on = models.DateField("dernier jour")
    minimum_cents = models.PositiveIntegerField("don minimum (centimes)", default=500)
    maximum_cents = models.PositiveIntegerField("don maximum (centimes)", default=1_000_000)

    class Meta:
        verbose_name = "campagne"
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(name="campaign_dates_ordered", condition=Q(starts_on__lte=F("ends_on"))),
            models.CheckConstraint(
                name="campaign_bounds_ordered",
                # Stripe takes 0.50 to 999 999.99 euros.
                condition=Q(
                    minimum_cents__gte=50,
                    minimum_cents__lte=F("maximum_cents"),
                    maximum_cents__lte=99_999_999,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.starts_on > self.ends_on:
            raise ValidationError({"ends_on": "Le dernier jour doit suivre le premier."})
        if self.minimum_cents > self.maximum_cents:
            raise ValidationError({"maximum_cents": "Le maximum doit dépasser le minimum."})

    def is_open(self, at: datetime) -> bool:
        return self.starts_on <= local_day(at) <= self.ends_on

    def has_ended(self, at: datetime) -> bool:
        return local_day(at) > self.ends_on

    def days_left(self, at: datetime) -> int:
        """Days that remain, today included; 0 once ended. Before the start: the whole length."""
        return max(0, (self.ends_on - max(local_day(at), self.starts_on)).days + 1)


class Frequency(models.TextChoices):
    ONCE = "once", "En une fois"
    MONTHLY = "monthly", "Chaque mois"


class GiftPreset(models.Model):
    """An amount that the form proposes, with what the editor wrote under it.

    A campaign that has monthly ones offers monthly gifts; without any it does not."""

    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="presets")
    frequency = models.CharField("fréquence", max_length=10, choices=Frequency, default=Frequency.ONCE)
    amount_cents = models.PositiveIntegerField("montant (centimes)")
    text = models.CharField("ce que ce don permet", max_length=140, blank=True)
    selected = models.BooleanField("coché au départ", default=False)

    class Meta:
        verbose_name = "montant proposé"
        verbose_name_plural = "montants proposés"
        ordering = ["-frequency", "amount_cents"]  # once before monthly
        constraints = [
            models.UniqueConstraint(
                name="preset_amount_once", fields=["campaign", "frequency", "amount_cents"]
            ),
            models.UniqueConstraint(
                name="preset_one_selected", fields=["campaign", "frequency"], condition=Q(selected=True)
            ),
            models.CheckConstraint(
                name="preset_frequency_known", condition=Q(frequency__in=["once", "monthly"])
            ),
            models.CheckConstraint(name="preset_positive", condition=Q(amount_cents__gt=0)),
        ]

    def __str__(self) -> str:
        each = " par mois" if self.frequency == Frequency.MONTHLY else ""
        return f"{format_euros(self.amount_cents)}{each}"


class Goal(models.Model):
    """A target of a campaign: euros in cents, or a head count."""

    class Kind(models.TextChoices):
        RAISED = "raised", "Euros collectés"
        DONORS = "donors", "Donateurs"

    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="goals")
    kind = models.CharField("ce qui est compté", max_length=10, choices=Kind, default=Kind.RAISED)
    target = models.PositiveIntegerField("objectif", help_text="En centimes pour des euros.")

    class Meta:
        verbose_name = "objectif"
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(name="goal_once_per_kind", fields=["campaign", "kind"]),
            models.CheckConstraint(name="goal_positive", condition=Q(target__gt=0)),
            models.CheckConstraint(name="goal_kind_known", condition=Q(kind__in=["raised", "donors"])),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.target}"


def local_day(at: datetime) -> date:
    """The calendar day in Paris of an aware moment: campaigns, tax dates and exports count in it."""
    return at.astimezone(PARIS).date()
