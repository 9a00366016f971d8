"""What somebody asked of a monthly gift, written down before Stripe is told."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from donors.gifts.monthly import MonthlyGift
from donors.gifts.retrying import Work, WorkQuerySet


class MonthlyRequestQuerySet(WorkQuerySet):
    def to_do(self) -> Self:
        return self.filter(done_at__isnull=True)


class MonthlyRequest(Work):
    """One wish of the donor, or of the office for the donor: stop, pause, go on, another amount.

    Its uuid is the idempotency key at Stripe, so a lost answer or a dead worker never does it twice."""

    class Kind(models.TextChoices):
        STOP = "stop", "Arrêter"
        PAUSE = "pause", "Mettre en pause"
        RESUME = "resume", "Reprendre"
        AMOUNT = "amount", "Changer le montant"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    monthly_gift = models.ForeignKey(MonthlyGift, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField("demande", max_length=10, choices=Kind)
    amount_cents = models.PositiveIntegerField("nouveau montant (centimes)", null=True, blank=True)
    resumes_at = models.DateTimeField("reprise le", null=True, blank=True)
    # Nobody stands for the donor, who came by a link of a letter.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="par",
    )
    asked_at = models.DateTimeField("demandé le")
    done_at = models.DateTimeField("fait le", null=True, blank=True)
    # Stripe said no: the subscription was over already, for example.
    refused = models.BooleanField("refusée par Stripe", default=False)

    objects = MonthlyRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande sur un don mensuel"
        verbose_name_plural = "demandes sur les dons mensuels"
        ordering = ["asked_at", "pk"]
        indexes = [
            models.Index(
                name="monthly_request_to_do", fields=["next_try_at"], condition=Q(done_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="monthly_request_kind_known", condition=Q(kind__in=["stop", "pause", "resume", "amount"])
            ),
            models.CheckConstraint(
                name="monthly_request_complete",
                condition=(Q(kind="amount") & Q(amount_cents__gt=0, amount_cents__isnull=False))
                | (~Q(kind="amount") & Q(amount_cents__isnull=True)),
            ),
            models.CheckConstraint(
                name="monthly_request_pause_ends",
                condition=(Q(kind="pause") & Q(resumes_at__isnull=False))
                | (~Q(kind="pause") & Q(resumes_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.monthly_gift}"

    @property
    def idempotency_key(self) -> str:
        return f"monthly:{self.uuid}"

    def mark_done(self, *, at: datetime, refused: bool = False) -> None:
        rows = MonthlyRequest.objects.filter(pk=self.pk)
        rows.update(done_at=at, refused=refused, claimed_until=None, last_error="")
