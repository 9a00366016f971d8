from django.db import models
from django.db.models import Q


class Donor(models.Model):
    """A person or an organisation that gives. No password; rows are not changed by what a visitor types."""

    class Kind(models.TextChoices):
        PERSON = "person", "Particulier"
        ORGANISATION = "organisation", "Organisme"

    kind = models.CharField("type", max_length=12, choices=Kind, default=Kind.PERSON)
    email = models.EmailField("adresse e-mail")
    email_key = models.CharField(max_length=254, db_index=True, editable=False)
    first_name = models.CharField("prénom", max_length=100, blank=True)
    last_name = models.CharField("nom", max_length=100)
    organisation_name = models.CharField("nom de l’organisme", max_length=200, blank=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    legal_form = models.CharField("forme juridique", max_length=60, blank=True)
    street = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=12, blank=True)
    city = models.CharField("ville", max_length=100, blank=True)
    country = models.CharField("pays", max_length=2, default="FR")
    created_at = models.DateTimeField("connu depuis")

    class Meta:
        verbose_name = "donateur"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="donor_kind_known", condition=Q(kind__in=["person", "organisation"])),
            models.CheckConstraint(
                name="donor_organisation_named", condition=Q(kind="person") | ~Q(organisation_name="")
            ),
            models.CheckConstraint(name="donor_named", condition=~Q(last_name="") & ~Q(email="")),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def person_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def display_name(self) -> str:
        """The name that a receipt and the office print."""
        return self.organisation_name if self.is_organisation else self.person_name

    @property
    def is_organisation(self) -> bool:
        return self.kind == self.Kind.ORGANISATION

    @property
    def has_address(self) -> bool:
        return bool(self.street and self.postcode and self.city and self.country)


class ConsentRecord(models.Model):
    """One dated yes or no to one purpose, with the wording that was shown. Append-only (by trigger)."""

    class Purpose(models.TextChoices):
        NEWSLETTER = "newsletter", "Lettre d’information"
        PUBLIC_NAME = "public_name", "Nom affiché publiquement"

    donor = models.ForeignKey(
        Donor, on_delete=models.PROTECT, related_name="consents", verbose_name="donateur"
    )
    purpose = models.CharField("objet", max_length=20, choices=Purpose)
    given = models.BooleanField("accord")
    wording = models.TextField("texte affiché")
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "consentement"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="consent_purpose_known", condition=Q(purpose__in=["newsletter", "public_name"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} : {'oui' if self.given else 'non'}"
