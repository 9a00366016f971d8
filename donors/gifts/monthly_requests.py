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
        """What Stripe has not heard, and what it is to hear once more."""
        return self.filter(Q(done_at__isnull=True) | Q(again_at__isnull=False))

    def unheard(self) -> Self:
        return self.filter(done_at__isnull=True)

    def rivals_of(self, kind: str) -> Self:
        """Wishes that one of this kind takes the place of: pause and resume are one matter, a stop is all."""
        if kind == MonthlyRequest.Kind.STOP:
            return self
        pausing = {MonthlyRequest.Kind.PAUSE, MonthlyRequest.Kind.RESUME}
        return self.filter(kind__in=pausing if kind in pausing else {kind})


class MonthlyRequest(Work):
    """One wish of the donor, or of the office for the donor: stop, pause, go on, another amount.

    Its uuid is the idempotency key at Stripe, so a lost answer or a dead worker never does it twice. One wish
    of a matter stands at a time; the newer one takes the place of the older."""

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
    # Somebody asked for something else before Stripe was known to have heard this one.
    replaced = models.BooleanField("remplacée par une autre", default=False)
    # An older wish may still reach Stripe until then, so this one is told once more.
    again_at = models.DateTimeField("à redire le", null=True, blank=True)

    objects = MonthlyRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande sur un don mensuel"
        verbose_name_plural = "demandes sur les dons mensuels"
        ordering = ["asked_at", "pk"]
        indexes = [
            models.Index(
                name="monthly_request_to_do",
                fields=["next_try_at"],
                condition=Q(done_at__isnull=True) | Q(again_at__isnull=False),
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
            models.CheckConstraint(
                name="monthly_request_replaced_is_closed",
                condition=Q(replaced=False) | Q(done_at__isnull=False, refused=False, again_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="monthly_request_one_open_of_a_kind",
                fields=["monthly_gift", "kind"],
                condition=Q(done_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="monthly_request_one_open_pause_or_resume",
                fields=["monthly_gift"],
                condition=Q(done_at__isnull=True, kind__in=["pause", "resume"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.monthly_gift}"

    @property
    def idempotency_key(self) -> str:
        """The second telling has a key of its own: with the first one Stripe would only repeat its answer."""
        return f"monthly:{self.uuid}:again" if self.done_at else f"monthly:{self.uuid}"

    @property
    def may_reach_stripe(self) -> bool:
        """Somebody told Stripe, or is about to, and the answer is not known."""
        return bool(self.attempts or self.claimed_until or self.again_at)

    def mark_done(self, *, at: datetime, refused: bool = False) -> None:
        """Stripe heard it, or said no. What was replaced meanwhile stays so."""
        rows = MonthlyRequest.objects.filter(pk=self.pk)
        if self.done_at:
            rows.update(again_at=None, claimed_until=None, last_error="")
            return
        again_at = self.again_at if self.again_at and self.again_at > at and not refused else None
        changes = {"done_at": at, "refused": refused, "again_at": again_at, "next_try_at": again_at or at}
        rows.unheard().update(**changes, claimed_until=None, last_error="")

    def replace(self, *, at: datetime) -> None:
        """Nobody tells it to Stripe from now on. For the holder of the monthly gift's lock."""
        rows = MonthlyRequest.objects.filter(pk=self.pk)
        if self.done_at:
            rows.update(again_at=None)
        else:
            rows.update(done_at=at, replaced=True, again_at=None, claimed_until=None)
