"""Money that went back, or may: refunds and disputes. They are axes of their own, never a gift's status."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from donors.gifts.models import Donation
from donors.money import format_euros


class Refund(models.Model):
    """One sending back of money, asked for in the office or made in Stripe's dashboard.

    What the office asks for is committed as `requested` before Stripe is called."""

    class Status(models.TextChoices):
        REQUESTED = "requested", "Demandé"
        PENDING = "pending", "En cours"
        REQUIRES_ACTION = "requires_action", "Attend le donateur"
        SUCCEEDED = "succeeded", "Remboursé"
        FAILED = "failed", "Échoué"
        CANCELED = "canceled", "Annulé"
        REFUSED = "refused", "Refusé par Stripe"

    class Reason(models.TextChoices):
        DONOR = "donor", "À la demande du donateur"
        DUPLICATE = "duplicate", "Don en double"
        FRAUD = "fraud", "Paiement frauduleux"
        MISTAKE = "mistake", "Erreur de montant"
        OTHER = "other", "Autre motif"
        DASHBOARD = "dashboard", "Fait dans le tableau de bord de Stripe"

    donation = models.ForeignKey(
        Donation, on_delete=models.PROTECT, related_name="refunds", verbose_name="don"
    )
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    amount_cents = models.PositiveIntegerField("montant (centimes)")
    status = models.CharField("état", max_length=15, choices=Status, default=Status.REQUESTED)
    reason = models.CharField("motif", max_length=10, choices=Reason)
    note = models.CharField("précision", max_length=300, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name="demandé par"
    )
    requested_at = models.DateTimeField("demandé le")
    settled_at = models.DateTimeField("réglé le", null=True, blank=True)
    failure_reason = models.CharField("cause de l’échec", max_length=100, blank=True)
    stripe_refund_id = models.CharField("remboursement Stripe", max_length=255, blank=True)

    class Meta:
        verbose_name = "remboursement"
        ordering = ["requested_at", "pk"]
        constraints = [
            models.CheckConstraint(name="refund_amount_positive", condition=Q(amount_cents__gt=0)),
            models.CheckConstraint(
                name="refund_status_known",
                condition=Q(
                    status__in=[
                        *("requested", "pending", "requires_action", "succeeded"),
                        *("failed", "canceled", "refused"),
                    ]
                ),
            ),
            models.CheckConstraint(
                name="refund_reason_known",
                condition=Q(reason__in=["donor", "duplicate", "fraud", "mistake", "other", "dashboard"]),
            ),
            models.UniqueConstraint(
                name="refund_once_at_stripe",
                fields=["stripe_refund_id"],
                condition=~Q(stripe_refund_id=""),
            ),
            # Two clicks by two people: the second one finds the first one still on its way.
            models.UniqueConstraint(
                name="refund_one_requested", fields=["donation"], condition=Q(status="requested")
            ),
        ]

    def __str__(self) -> str:
        return f"Remboursement de {format_euros(self.amount_cents)} ({self.get_status_display()})"

    @property
    def takes_money(self) -> bool:
        """Whether this money is gone or on its way out."""
        return self.status not in {self.Status.FAILED, self.Status.CANCELED, self.Status.REFUSED}


class Dispute(models.Model):
    """A donor's bank asks about a payment, or takes it back. docs.stripe.com/disputes/how-disputes-work"""

    class Stage(models.TextChoices):
        INQUIRY = "inquiry", "Demande d’information"
        OPEN = "open", "Contesté"
        WON = "won", "Gagné"
        LOST = "lost", "Perdu"
        CLOSED = "closed", "Classé sans suite"
        PREVENTED = "prevented", "Évité"

    donation = models.ForeignKey(
        Donation, on_delete=models.PROTECT, related_name="disputes", verbose_name="don"
    )
    amount_cents = models.PositiveIntegerField("montant (centimes)")
    stage = models.CharField("étape", max_length=10, choices=Stage)
    reason = models.CharField("motif donné par la banque", max_length=60, blank=True)
    opened_at = models.DateTimeField("ouvert le")
    answer_due_at = models.DateTimeField("réponse attendue avant le", null=True, blank=True)
    closed_at = models.DateTimeField("clos le", null=True, blank=True)
    stripe_dispute_id = models.CharField("contestation Stripe", max_length=255, unique=True)

    class Meta:
        verbose_name = "contestation"
        ordering = ["opened_at", "pk"]
        constraints = [
            models.CheckConstraint(name="dispute_amount_positive", condition=Q(amount_cents__gt=0)),
            models.CheckConstraint(
                name="dispute_stage_known",
                condition=Q(stage__in=["inquiry", "open", "won", "lost", "closed", "prevented"]),
            ),
        ]

    def __str__(self) -> str:
        return f"Contestation de {format_euros(self.amount_cents)} ({self.get_stage_display()})"
