from django.db import models
from django.db.models import Q

from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift
from donors.receipts.models import Receipt


class Letter(models.Model):
    """One e-mail that we owe a donor, and whether it left. One row for each fact that it tells."""

    class Kind(models.TextChoices):
        THANK_YOU = "thank_you", "Remerciement"
        DEBIT_PENDING = "debit_pending", "Prélèvement en cours"
        PAYMENT_FAILED = "payment_failed", "Prélèvement refusé"
        RECEIPT = "receipt", "Reçu fiscal"
        RECEIPT_CHANGED = "receipt_changed", "Reçu fiscal annulé ou remplacé"
        REFUNDED = "refunded", "Remboursement"
        MONTHLY = "monthly", "Don mensuel"
        COMPLETION = "completion", "Reçu à compléter"

    donation = models.ForeignKey(
        Donation, on_delete=models.PROTECT, null=True, blank=True, related_name="letters"
    )
    monthly_gift = models.ForeignKey(
        MonthlyGift, on_delete=models.PROTECT, null=True, blank=True, related_name="letters"
    )
    # The receipt that is attached: noted before the letter leaves, so that the same one is not sent in two.
    receipt = models.ForeignKey(
        Receipt, on_delete=models.PROTECT, null=True, blank=True, related_name="letters"
    )
    # Names the fact, e.g. "thank_you:12" or "refunded:7": the same one is never told twice.
    key = models.CharField(max_length=300, unique=True)
    kind = models.CharField("lettre", max_length=20, choices=Kind)
    email = models.EmailField("destinataire")
    message_id = models.CharField(max_length=255, unique=True)
    created_at = models.DateTimeField("préparée le")
    sent_at = models.DateTimeField("envoyée le", null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)  # while one worker is sending it

    class Meta:
        verbose_name = "lettre"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="letter_kind_known",
                condition=Q(
                    kind__in=[
                        *("thank_you", "debit_pending", "payment_failed", "receipt", "receipt_changed"),
                        *("refunded", "monthly", "completion"),
                    ]
                ),
            ),
            models.CheckConstraint(
                name="letter_about_something",
                condition=Q(donation__isnull=False) | Q(monthly_gift__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.donation or self.monthly_gift}"
