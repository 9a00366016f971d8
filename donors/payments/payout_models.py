"""What Stripe paid to the bank, line by line."""

from django.db import models
from django.db.models import F, Q, QuerySet

from donors.gifts.models import Donation, LedgerEntry
from donors.money import format_euros


class Payout(models.Model):
    """One transfer from Stripe to the bank account. docs.stripe.com/api/payouts"""

    class State(models.TextChoices):
        WAITING = "waiting", "En route"
        RECONCILED = "reconciled", "Rapproché"
        OPEN = "open", "À vérifier"
        FAILED = "failed", "Revenu"

    stripe_payout_id = models.CharField("virement Stripe", max_length=255, unique=True)
    amount_cents = models.IntegerField("montant (centimes)")
    livemode = models.BooleanField("argent réel")
    state = models.CharField("état", max_length=10, choices=State, default=State.WAITING)
    stripe_status = models.CharField("état chez Stripe", max_length=30)
    # Stripe lists what is in a payout only if it made the payout by itself.
    automatic = models.BooleanField("automatique", default=True)
    complete = models.BooleanField("lignes complètes", default=False)
    # What the lines add up to beyond the amount: 0 when every cent is explained.
    difference_cents = models.IntegerField("différence (centimes)", default=0)
    created_at = models.DateTimeField("émis le")
    arrives_on = models.DateField("à la banque le")
    failure = models.CharField("cause du retour", max_length=300, blank=True)
    reconciled_at = models.DateTimeField("rapproché le", null=True, blank=True)
    synced_at = models.DateTimeField("comparé avec Stripe le")

    class Meta:
        verbose_name = "virement"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="payout_state_known",
                condition=Q(state__in=["waiting", "reconciled", "open", "failed"]),
            ),
            models.CheckConstraint(
                name="payout_reconciled_sums_to_zero",
                condition=~Q(state="reconciled") | Q(difference_cents=0, reconciled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Virement de {format_euros(self.amount_cents)} du {self.arrives_on:%d/%m/%Y}"

    def lines_inside(self) -> "QuerySet[PayoutLine]":
        """What the payout is made of: its lines without its own."""
        return self.lines.exclude(type="payout", source_id=self.stripe_payout_id)


class PayoutLine(models.Model):
    """One balance transaction in a payout, and the ledger line or the gift that explains it."""

    class State(models.TextChoices):
        MATCHED = "matched", "Rapprochée"
        UNMATCHED = "unmatched", "Inconnue"
        FOREIGN = "foreign", "Étrangère au site"

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="lines")
    transaction_id = models.CharField("opération Stripe", max_length=255, unique=True)
    type = models.CharField("type", max_length=60)
    reporting_category = models.CharField("catégorie", max_length=60)
    amount_cents = models.IntegerField("brut (centimes)")
    fee_cents = models.IntegerField("frais (centimes)")
    net_cents = models.IntegerField("net (centimes)")
    source_id = models.CharField("objet Stripe", max_length=255, blank=True)
    created_at = models.DateTimeField("date")
    state = models.CharField("état", max_length=10, choices=State, default=State.UNMATCHED)
    reason = models.CharField("explication", max_length=200, blank=True)
    ledger_entry = models.ForeignKey(
        LedgerEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    donation = models.ForeignKey(
        Donation, on_delete=models.PROTECT, null=True, blank=True, related_name="payout_lines"
    )

    class Meta:
        verbose_name = "ligne de virement"
        verbose_name_plural = "lignes de virement"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="payout_line_state_known", condition=Q(state__in=["matched", "unmatched", "foreign"])
            ),
            models.CheckConstraint(
                name="payout_line_adds_up", condition=Q(net_cents=F("amount_cents") - F("fee_cents"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.transaction_id}"
