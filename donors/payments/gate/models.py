from django.conf import settings
from django.db import models
from django.db.models import Q


class GateEvent(models.Model):
    """One thing that happened at the gate in front of Stripe, kept for two days and then forgotten.

    Addresses and e-mails stand here as keyed hashes only (`traces.py`): they count and name nobody."""

    class Kind(models.TextChoices):
        OPENED = "opened", "Page de paiement ouverte"
        DECLINED = "declined", "Paiement refusé par la banque"
        REFUSED = "refused", "Demande écartée"
        MISSED = "missed", "Reçu inconnu demandé"

    kind = models.CharField("nature", max_length=10, choices=Kind)
    at = models.DateTimeField("le")
    address_key = models.CharField(max_length=32, blank=True)
    email_key = models.CharField(max_length=32, blank=True)
    gift_uuid = models.UUIDField(null=True, blank=True)
    amount_cents = models.PositiveIntegerField(null=True, blank=True)
    once = models.CharField(max_length=255, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = "passage au contrôle des paiements"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(name="gate_by_kind", fields=["kind", "at"]),
            models.Index(name="gate_by_address", fields=["address_key", "kind", "at"]),
            models.Index(name="gate_by_email", fields=["email_key", "kind", "at"]),
            models.Index(name="gate_by_gift", fields=["gift_uuid"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="gate_kind_known", condition=Q(kind__in=["opened", "declined", "refused", "missed"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.at:%d/%m/%Y %H:%M})"


class AttackEpisode(models.Model):
    """A time during which stolen cards were being tried here. At most one is going on."""

    started_at = models.DateTimeField("commencée le")
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)
    is_on = models.BooleanField("en cours", default=True)
    why = models.CharField("raison", max_length=300)

    class Meta:
        verbose_name = "attaque"
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="attack_one_at_a_time", fields=["is_on"], condition=Q(is_on=True)),
            models.CheckConstraint(
                name="attack_ended_at_some_time",
                condition=Q(is_on=True, ended_at=None) | Q(is_on=False, ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Attaque du {self.started_at:%d/%m/%Y %H:%M}"


class AttackStep(models.Model):
    """What the site did by itself during an attack, in words for the treasurer. Never changed."""

    episode = models.ForeignKey(AttackEpisode, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField("le")
    text = models.CharField("ce qui s’est passé", max_length=300)

    class Meta:
        verbose_name = "étape d’une attaque"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text


class GivingPause(models.Model):
    """Online gifts were switched off by a person, until one switched them on again. One at a time."""

    reason = models.CharField("raison, pour l’équipe", max_length=300)
    paused_at = models.DateTimeField("suspendus le")
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )
    resumed_at = models.DateTimeField("rétablis le", null=True, blank=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="rétablis par",
    )
    is_on = models.BooleanField("en cours", default=True)

    class Meta:
        verbose_name = "suspension des dons en ligne"
        verbose_name_plural = "suspensions des dons en ligne"
        ordering = ["-paused_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="pause_one_at_a_time",
                fields=["is_on"],
                condition=Q(is_on=True),
            ),
            models.CheckConstraint(
                name="pause_ended_by_somebody",
                condition=Q(is_on=True, resumed_at=None, resumed_by=None)
                | Q(is_on=False, resumed_at__isnull=False, resumed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Suspension du {self.paused_at:%d/%m/%Y %H:%M}"
