from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from donors.campaigns.models import Organisation
from donors.gifts.models import Donation
from donors.people.models import Donor


class ReceiptSeries(models.Model):
    """The number sequence of one organisation, year and mode. `last_number` rises under a row lock only."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="series")
    year = models.PositiveSmallIntegerField("année")
    livemode = models.BooleanField("argent réel")
    last_number = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "série de reçus"
        verbose_name_plural = "séries de reçus"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(name="series_once", fields=["organisation", "year", "livemode"]),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return f"{self.year}" if self.livemode else f"TEST-{self.year}"


class Receipt(models.Model):
    """One issued tax receipt: the frozen facts and their number. It never changes; it may be cancelled."""

    class Kind(models.TextChoices):
        GIFT = "gift", "Pour un don"
        YEARLY = "yearly", "Annuel"
        SUPPLEMENTARY = "supplementary", "Complémentaire"

    class State(models.TextChoices):
        ISSUED = "issued", "Émis"
        CANCELLED = "cancelled", "Annulé"

    series = models.ForeignKey(ReceiptSeries, on_delete=models.PROTECT, related_name="receipts")
    number = models.PositiveIntegerField("numéro")
    donor = models.ForeignKey(
        Donor, on_delete=models.PROTECT, related_name="receipts", verbose_name="donateur"
    )
    kind = models.CharField("type", max_length=15, choices=Kind, default=Kind.GIFT)
    form = models.CharField("modèle", max_length=20)
    form_version = models.CharField("version du modèle", max_length=20)
    # Printed, and asked for by whoever checks the receipt: the number alone can be guessed.
    code = models.CharField("code de vérification", max_length=12)
    amount_cents = models.PositiveIntegerField("montant (centimes)")
    issued_at = models.DateTimeField("émis le")
    snapshot = models.JSONField("contenu figé")
    snapshot_sha256 = models.CharField(max_length=64)
    state = models.CharField("état", max_length=10, choices=State, default=State.ISSUED)
    # While the bank disputes a payment: the receipt is neither valid nor cancelled yet.
    suspended_at = models.DateTimeField("suspendu le", null=True, blank=True)
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancel_reason = models.CharField("motif d’annulation", max_length=300, blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )

    class Meta:
        verbose_name = "reçu fiscal"
        verbose_name_plural = "reçus fiscaux"
        ordering = ["-series__year", "-number"]
        indexes = [models.Index(name="receipt_issued", fields=["issued_at"])]
        constraints = [
            models.UniqueConstraint(name="receipt_number_once", fields=["series", "number"]),
            models.CheckConstraint(name="receipt_number_positive", condition=Q(number__gt=0)),
            models.CheckConstraint(name="receipt_amount_positive", condition=Q(amount_cents__gt=0)),
            models.CheckConstraint(
                name="receipt_kind_known", condition=Q(kind__in=["gift", "yearly", "supplementary"])
            ),
            models.CheckConstraint(
                name="receipt_cancelled_with_reason",
                condition=Q(state="issued", cancelled_at__isnull=True, cancel_reason="")
                | (Q(state="cancelled", cancelled_at__isnull=False) & ~Q(cancel_reason="")),
            ),
            models.CheckConstraint(
                name="receipt_replaces_another", condition=Q(replaces__isnull=True) | ~Q(replaces=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return f"Reçu n° {self.full_number}"

    @property
    def is_suspended(self) -> bool:
        """Issued, and not valid while the bank decides about the payment."""
        return self.state == self.State.ISSUED and self.suspended_at is not None

    @property
    def is_valid(self) -> bool:
        """Issued and not suspended: the donor may use it, and copies of it may be handed out."""
        return self.state == self.State.ISSUED and self.suspended_at is None

    @property
    def standing(self) -> str:
        """The state as people read it: a suspended receipt is issued, and not valid."""
        return "Suspendu" if self.is_suspended else str(self.get_state_display())

    @property
    def payments(self) -> list[dict[str, Any]]:
        """The gifts on it as they were frozen, in the order of their days."""
        listed: list[dict[str, Any]] = self.snapshot["gift"]["payments"]
        return listed

    @property
    def gift_year(self) -> int:
        """The year whose gifts it attests, by the day of credit; its number is of the year of issue."""
        return date.fromisoformat(self.payments[-1]["paid_on"]).year

    @property
    def full_number(self) -> str:
        """ "2027-000123"; "TEST-2027-000123" when no real money moved."""
        return f"{self.series.label}-{self.number:06d}"


class ReceiptLine(models.Model):
    """One gift on one receipt. A gift is on at most one live receipt: the database holds it."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="lines")
    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="receipt_lines")
    amount_cents = models.PositiveIntegerField("montant (centimes)")
    live = models.BooleanField("sur un reçu valable", default=True)

    class Meta:
        verbose_name = "ligne de reçu"
        verbose_name_plural = "lignes de reçu"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="gift_on_one_live_receipt", fields=["donation"], condition=Q(live=True)
            ),
            models.UniqueConstraint(name="gift_once_per_receipt", fields=["receipt", "donation"]),
            models.CheckConstraint(name="receipt_line_positive", condition=Q(amount_cents__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.receipt} · {self.donation}"


class ReceiptDocument(models.Model):
    """The PDF of a receipt, stored once with its hash, apart from the rows that lists read."""

    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="document")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    # Of the bytes before the seal, which the same facts give again; a seal holds the moment of its making.
    unsealed_sha256 = models.CharField(max_length=64)
    # The SHA-256 of the seal's certificate; empty for a PDF without a seal.
    sealed_with = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "PDF d’un reçu"
        verbose_name_plural = "PDF des reçus"
        # Whoever checks a receipt shows its file: the browser sends this hash and nothing else.
        indexes = [models.Index(name="receipt_document_hash", fields=["sha256"])]

    def __str__(self) -> str:
        return self.sha256
