"""The standing promise of a donor: one Stripe subscription, mirrored. Each paid month is a Donation."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from donors.campaigns.models import Campaign, local_day
from donors.money import format_euros
from donors.people.models import Donor


class MonthlyGiftQuerySet(models.QuerySet[Any]):
    def in_site_mode(self) -> Self:
        return self.filter(livemode=settings.STRIPE_LIVEMODE)

    def running(self) -> Self:
        """Promises that will take money again unless somebody acts."""
        return self.filter(status__in=["active", "past_due", "unpaid"])


class MonthlyGift(models.Model):
    """One donor's gift of each month. Its status is Stripe's word for the subscription.

    That it is active does not say that a month was paid: only the month's Donation does."""

    class Status(models.TextChoices):
        CREATED = "created", "Commencé"
        INCOMPLETE = "incomplete", "Premier paiement attendu"
        INCOMPLETE_EXPIRED = "incomplete_expired", "Jamais commencé"
        ACTIVE = "active", "En cours"
        PAST_DUE = "past_due", "En retard"
        UNPAID = "unpaid", "Impayé"
        PAUSED = "paused", "En pause"
        CANCELED = "canceled", "Arrêté"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    donor = models.ForeignKey(
        Donor, on_delete=models.PROTECT, related_name="monthly_gifts", verbose_name="donateur"
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="monthly_gifts", verbose_name="campagne"
    )
    amount_cents = models.PositiveIntegerField("montant mensuel (centimes)")
    status = models.CharField("état", max_length=20, choices=Status, default=Status.CREATED)
    livemode = models.BooleanField("argent réel")
    wants_receipt = models.BooleanField("souhaite un reçu fiscal", default=False)
    anonymous = models.BooleanField("anonyme", default=False)
    source = models.CharField("provenance", max_length=50, blank=True)
    stripe_subscription_id = models.CharField("abonnement Stripe", max_length=255, blank=True)
    stripe_customer_id = models.CharField("client Stripe", max_length=255, blank=True)
    created_at = models.DateTimeField("commencé le")
    started_at = models.DateTimeField("premier don le", null=True, blank=True)
    next_debit_at = models.DateTimeField("prochain prélèvement", null=True, blank=True)
    # While collection is paused Stripe calls the subscription active: the pause is a fact of its own.
    paused_at = models.DateTimeField("en pause depuis", null=True, blank=True)
    resumes_at = models.DateTimeField("reprend le", null=True, blank=True)
    ends_at_period_end = models.BooleanField("s’arrête à la prochaine échéance", default=False)
    canceled_at = models.DateTimeField("arrêté le", null=True, blank=True)
    card_last4 = models.CharField("fin du numéro", max_length=4, blank=True)
    card_expires_on = models.DateField("la carte expire fin", null=True, blank=True)
    # As for a donation: a reading older than what is written is thrown away.
    sync_version = models.PositiveIntegerField(default=0, editable=False)
    synced_at = models.DateTimeField("comparé avec Stripe le", null=True, blank=True)

    objects = MonthlyGiftQuerySet.as_manager()

    class Meta:
        verbose_name = "don mensuel"
        verbose_name_plural = "dons mensuels"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(name="monthly_gift_status", fields=["status", "livemode"])]
        constraints = [
            models.CheckConstraint(name="monthly_gift_positive", condition=Q(amount_cents__gt=0)),
            models.CheckConstraint(
                name="monthly_gift_status_known",
                condition=Q(
                    status__in=[
                        *("created", "incomplete", "incomplete_expired", "active"),
                        *("past_due", "unpaid", "paused", "canceled"),
                    ]
                ),
            ),
            models.UniqueConstraint(
                name="monthly_gift_subscription_once",
                fields=["stripe_subscription_id"],
                condition=~Q(stripe_subscription_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Don mensuel n° {self.pk} de {format_euros(self.amount_cents)}"

    @property
    def is_running(self) -> bool:
        return self.status in {self.Status.ACTIVE, self.Status.PAST_DUE, self.Status.UNPAID}

    @property
    def is_over(self) -> bool:
        return self.status in {self.Status.CANCELED, self.Status.INCOMPLETE_EXPIRED}

    @property
    def standing(self) -> str:
        """How it stands, in words: while it is paused, or about to end, Stripe still calls it active."""
        if self.paused_at is not None and not self.is_over:
            until = f" jusqu’au {local_day(self.resumes_at):%d/%m/%Y}" if self.resumes_at else ""
            return f"En pause{until}"
        if self.ends_at_period_end and not self.is_over:
            return "S’arrête à la prochaine échéance"
        return str(self.get_status_display())

    @property
    def due_at(self) -> datetime | None:
        """When money will be asked for next; None while none will be."""
        asks = self.is_running and self.paused_at is None and not self.ends_at_period_end
        return self.next_debit_at if asks else None
