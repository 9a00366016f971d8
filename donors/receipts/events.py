"""What became of a receipt: history and outbox at once, written in the same transaction as the change."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q

from donors.gifts.events import OutboxEvent
from donors.receipts.models import Receipt


class ReceiptEvent(OutboxEvent):
    """One change of a receipt that its donor has to hear of, or a copy of it that somebody took."""

    class Kind(models.TextChoices):
        ISSUED = "issued", "Émis"
        SUSPENDED = "suspended", "Suspendu"
        RESTORED = "restored", "De nouveau valable"
        CANCELLED = "cancelled", "Annulé"
        RESENT = "resent", "Renvoyé par e-mail"
        REPRINTED = "reprinted", "Réimprimé"

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField("étape", max_length=10, choices=Kind)

    class Meta:
        verbose_name = "étape d’un reçu"
        verbose_name_plural = "étapes des reçus"
        ordering = ["at", "pk"]
        indexes = [
            models.Index(
                name="receipt_event_outbox", fields=["next_try_at"], condition=Q(followed_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="receipt_event_kind_known",
                condition=Q(
                    kind__in=[
                        *("issued", "suspended", "restored", "cancelled"),
                        *("resent", "reprinted"),
                    ]
                ),
            ),
            models.UniqueConstraint(
                name="receipt_issued_and_cancelled_once",
                fields=["receipt", "kind"],
                condition=Q(kind__in=["issued", "cancelled"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.receipt}"


def note(
    receipt: Receipt, kind: ReceiptEvent.Kind, *, at: datetime, because: str, actor: User | None = None
) -> None:
    """Write the change down, in the caller's transaction; what follows starts once that is committed."""
    ReceiptEvent.objects.create(
        receipt=receipt, kind=kind, at=at, because=because[:300], actor=actor, next_try_at=at
    )
