"""A yearly run and what became of each donor in it: one row a donor, so that a crash loses nothing."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from donors.campaigns.models import Organisation
from donors.gifts.retrying import Work, WorkQuerySet
from donors.people.models import Donor
from donors.receipts.models import Receipt


class ReceiptRunQuerySet(WorkQuerySet):
    def to_do(self) -> Self:
        return self.filter(finished_at__isnull=True)

    def in_site_mode(self) -> Self:
        return self.filter(livemode=settings.STRIPE_LIVEMODE)


class ReceiptRun(Work):
    """Yearly receipts of one organisation for the gifts of one year. One at a time: the database holds it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="receipt_runs")
    year = models.PositiveSmallIntegerField("année des dons")
    livemode = models.BooleanField("argent réel")
    # Nobody stands for the command line.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="lancé par",
    )
    started_at = models.DateTimeField("lancé le")
    # Until then its list of donors is being written, and is written anew after a crash.
    prepared_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)

    objects = ReceiptRunQuerySet.as_manager()

    class Meta:
        verbose_name = "émission annuelle"
        verbose_name_plural = "émissions annuelles"
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="receipt_run_one_at_a_time",
                fields=["organisation", "livemode"],
                condition=Q(finished_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"Reçus des dons de {self.year}"


class ReceiptRunItem(models.Model):
    """One donor in a run: the gifts that go onto the receipt, and what became of it."""

    class State(models.TextChoices):
        TO_DO = "to_do", "À émettre"
        ISSUED = "issued", "Émis"
        REFUSED = "refused", "Pas de reçu"
        FAILED = "failed", "Échec technique"

    run = models.ForeignKey(ReceiptRun, on_delete=models.PROTECT, related_name="items")
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="+", verbose_name="donateur")
    gifts = models.JSONField("dons")  # their keys, in order
    kind = models.CharField("type", max_length=15, choices=Receipt.Kind)
    amount_cents = models.PositiveIntegerField("montant (centimes)")
    state = models.CharField("résultat", max_length=10, choices=State, default=State.TO_DO)
    reason = models.TextField("motif", blank=True)
    receipt = models.OneToOneField(
        Receipt, on_delete=models.PROTECT, null=True, blank=True, related_name="run_item"
    )

    class Meta:
        verbose_name = "résultat d’une émission"
        verbose_name_plural = "résultats d’une émission"
        ordering = ["pk"]
        indexes = [models.Index(name="receipt_run_item_state", fields=["run", "state"])]
        constraints = [
            models.CheckConstraint(
                name="receipt_run_item_state_known",
                condition=Q(state__in=["to_do", "issued", "refused", "failed"]),
            ),
            models.CheckConstraint(
                name="receipt_run_item_issued_has_receipt",
                condition=Q(state="issued", receipt__isnull=False)
                | (~Q(state="issued") & Q(receipt__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.donor} · {self.get_state_display()}"
