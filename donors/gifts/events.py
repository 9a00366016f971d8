"""What changed, and whether what follows from it is done: history and outbox at once.

A row is written in the same transaction as the change; `donors/tasks.py` follows it."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q

from donors.gifts.models import Donation, Status
from donors.gifts.monthly import MonthlyGift
from donors.gifts.queries import OutboxQuerySet
from donors.gifts.retrying import Work
from donors.gifts.returns import Dispute, Refund


class OutboxEvent(Work):
    """One change: from, to, when, because of what, by whom."""

    at = models.DateTimeField("le")
    because = models.CharField("en raison de", max_length=300)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="par",
    )
    followed_at = models.DateTimeField("suites données le", null=True, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        abstract = True

    def mark_followed(self, *, at: datetime) -> None:
        rows = type(self)._default_manager.filter(pk=self.pk)
        rows.update(followed_at=at, claimed_until=None, last_error="")


class DonationEvent(OutboxEvent):
    """One change of a donation: of its status, of one of its refunds or of one of its disputes."""

    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="events")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    dispute = models.ForeignKey(
        Dispute, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    # The donation's status, or the refund's, or the dispute's stage; empty before the first one.
    from_status = models.CharField("de", max_length=15, blank=True)
    to_status = models.CharField("à", max_length=15)

    class Meta:
        verbose_name = "étape d’un don"
        verbose_name_plural = "étapes des dons"
        ordering = ["at", "pk"]
        indexes = [
            models.Index(
                name="donation_event_outbox", fields=["next_try_at"], condition=Q(followed_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="donation_event_of_one_axis", condition=Q(refund__isnull=True) | Q(dispute__isnull=True)
            ),
            models.CheckConstraint(
                name="donation_event_status_known",
                condition=Q(refund__isnull=False)
                | Q(dispute__isnull=False)
                | Q(from_status__in=Status.values, to_status__in=Status.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._word(self.from_status) or 'nouveau'} → {self._word(self.to_status)}"

    def _word(self, value: str) -> str:
        words: dict[str, str] = dict(self._axis().choices)
        return words.get(value, value)

    def _axis(self) -> type[models.TextChoices]:
        if self.refund_id is not None:
            return Refund.Status
        return Status if self.dispute_id is None else Dispute.Stage


def note_change(
    row: Donation | Refund | Dispute,
    moved: tuple[str, str],
    *,
    because: str,
    at: datetime,
    actor: User | None = None,
) -> DonationEvent:
    """Write down that a gift, a refund or a dispute went from one state to another, and have it followed.

    For the transaction that changes the row itself; the state before the first one is empty."""
    axis = {Refund: "refund", Dispute: "dispute"}.get(type(row))
    return DonationEvent.objects.create(
        donation=row if isinstance(row, Donation) else row.donation,
        **({axis: row} if axis else {}),
        from_status=moved[0],
        to_status=moved[1],
        at=at,
        because=because[:300],
        actor=actor,
        next_try_at=at,
    )


class MonthlyGiftEvent(OutboxEvent):
    """One change of a monthly gift that a person has to hear of."""

    class Kind(models.TextChoices):
        STARTED = "started", "Commencé"
        PAYMENT_FAILED = "payment_failed", "Échéance refusée"
        LAST_TRY = "last_try", "Dernier essai annoncé"
        ACTION_REQUIRED = "action_required", "Authentification demandée"
        CARD_EXPIRES = "card_expires", "Carte bientôt expirée"
        AMOUNT_CHANGED = "amount_changed", "Montant changé"
        PAUSED = "paused", "Mis en pause"
        RESUMED = "resumed", "Repris"
        ENDED = "ended", "Arrêté"

    monthly_gift = models.ForeignKey(MonthlyGift, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField("étape", max_length=20, choices=Kind)
    detail = models.JSONField(default=dict)
    # What makes a second row for the same fact impossible, e.g. "payment_failed:in_…:2".
    key = models.CharField(max_length=300, unique=True)

    class Meta:
        verbose_name = "étape d’un don mensuel"
        verbose_name_plural = "étapes des dons mensuels"
        ordering = ["at", "pk"]
        indexes = [
            models.Index(
                name="monthly_event_outbox", fields=["next_try_at"], condition=Q(followed_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="monthly_event_kind_known",
                condition=Q(
                    kind__in=[
                        *("started", "payment_failed", "last_try", "action_required", "card_expires"),
                        *("amount_changed", "paused", "resumed", "ended"),
                    ]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.monthly_gift}"
