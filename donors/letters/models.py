from django.db import models
from django.db.models import Q

from donors.gifts.models import Donation


class Letter(models.Model):
    """One e-mail that we owe a donor, and whether it left. One row per gift and kind."""

    class Kind(models.TextChoices):
        THANK_YOU = "thank_you", "Remerciement"

    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="letters")
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
            models.UniqueConstraint(name="letter_once", fields=["donation", "kind"]),
            models.CheckConstraint(name="letter_kind_known", condition=Q(kind__in=["thank_you"])),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.donation}"
