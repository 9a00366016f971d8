from django.conf import settings
from django.db import models
from django.db.models import Q

from donors.gifts.models import Donation
from donors.gifts.monthly import MonthlyGift
from donors.gifts.retrying import Work
from donors.payments.queries import AlarmQuerySet, StripeEventQuerySet
from donors.people.models import Donor


class CheckoutAttempt(models.Model):
    """One Stripe Checkout Session that we asked for. The row is committed before Stripe is called."""

    class State(models.TextChoices):
        CREATING = "creating", "Demandée"
        OPEN = "open", "Ouverte"
        COMPLETE = "complete", "Terminée"
        EXPIRED = "expired", "Expirée"
        REFUSED = "refused", "Refusée par Stripe"

    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="attempts")
    # Set when the page starts a monthly gift; the donation is then its first month.
    monthly_gift = models.ForeignKey(
        MonthlyGift, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts"
    )
    number = models.PositiveSmallIntegerField("n°")
    amount_cents = models.PositiveIntegerField("montant (centimes)")
    email = models.EmailField()
    idempotency_key = models.CharField(max_length=255, unique=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.CREATING)
    livemode = models.BooleanField()
    stripe_session_id = models.CharField(max_length=255, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = "passage en caisse"
        verbose_name_plural = "passages en caisse"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="attempt_numbered", fields=["donation", "number"]),
            models.UniqueConstraint(
                name="attempt_session_once",
                fields=["stripe_session_id"],
                condition=~Q(stripe_session_id=""),
            ),
            models.UniqueConstraint(
                name="attempt_one_alive",
                fields=["donation"],
                condition=Q(state__in=["creating", "open"]),
            ),
            models.CheckConstraint(
                name="attempt_state_known",
                condition=Q(state__in=["creating", "open", "complete", "expired", "refused"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stripe_session_id or self.idempotency_key} ({self.get_state_display()})"

    @property
    def asked_for(self) -> str:
        """The uuid of the gift that the page was opened for, as Stripe was told."""
        return self.idempotency_key.split(":")[1]


class StripeEvent(Work):
    """A webhook event as it came, kept before it is believed: the inbox."""

    class State(models.TextChoices):
        NEW = "new", "À traiter"
        DONE = "done", "Traité"
        IGNORED = "ignored", "Sans objet"
        FAILED = "failed", "En échec"

    stripe_event_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=100)
    object_id = models.CharField(max_length=255)
    account = models.CharField(max_length=255, blank=True)
    livemode = models.BooleanField()
    api_version = models.CharField(max_length=50, blank=True)
    payload = models.JSONField()
    created_at = models.DateTimeField("émis le")
    received_at = models.DateTimeField("arrivé le")
    # No webhook brought it: a sweep found it in Stripe's list.
    missed = models.BooleanField("manqué", default=False)
    state = models.CharField("état", max_length=10, choices=State, default=State.NEW)
    handled_at = models.DateTimeField(null=True, blank=True)

    objects = StripeEventQuerySet.as_manager()

    class Meta:
        verbose_name = "événement Stripe"
        verbose_name_plural = "événements Stripe"
        ordering = ["received_at", "pk"]
        indexes = [
            models.Index(
                name="stripe_event_inbox", fields=["next_try_at"], condition=Q(state__in=["new", "failed"])
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="stripe_event_state_known", condition=Q(state__in=["new", "done", "ignored", "failed"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.stripe_event_id}"


class SweepCursor(models.Model):
    """How far one sweep has read: the moment of the newest thing of Stripe's that it saw."""

    name = models.CharField(max_length=50, unique=True)
    reached_at = models.DateTimeField()

    class Meta:
        verbose_name = "repère de relecture"
        verbose_name_plural = "repères de relecture"

    def __str__(self) -> str:
        return f"{self.name} {self.reached_at:%d/%m/%Y %H:%M}"


class StripeCustomer(models.Model):
    """The Stripe customer that we made for a donor. Never found by e-mail: an address proves nothing.

    The row is committed without an id before Stripe is asked, and dated when Stripe says it is deleted."""

    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="stripe_customers")
    livemode = models.BooleanField()
    number = models.PositiveSmallIntegerField(default=1)
    stripe_customer_id = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "client Stripe"
        verbose_name_plural = "clients Stripe"
        constraints = [
            models.UniqueConstraint(
                name="customer_one_alive",
                fields=["donor", "livemode"],
                condition=Q(deleted_at__isnull=True),
            ),
            models.UniqueConstraint(name="customer_numbered", fields=["donor", "livemode", "number"]),
            models.UniqueConstraint(
                name="customer_once_at_stripe",
                fields=["stripe_customer_id"],
                condition=~Q(stripe_customer_id=""),
            ),
        ]

    def __str__(self) -> str:
        return self.stripe_customer_id or f"client n° {self.number} de {self.donor}"

    @property
    def idempotency_key(self) -> str:
        mode = "live" if self.livemode else "test"
        return f"cus:{mode}:{self.donor_id}:{self.number}"


class Alarm(models.Model):
    """Something that a person must look at. One row per fact; it stays until somebody says it is settled."""

    class Kind(models.TextChoices):
        MISMATCH = "mismatch", "Stripe annonce autre chose que notre don"
        PAID_TWICE = "paid_twice", "Don peut-être payé deux fois"
        LATE_GIFT = "late_gift", "Don reçu après la fin de la campagne"
        LATE_FAILURE = "late_failure", "Paiement repris après avoir été confirmé"
        DISPUTE = "dispute", "Contestation"
        FRAUD_WARNING = "fraud_warning", "Fraude probable signalée"
        REFUND_FAILED = "refund_failed", "Remboursement non abouti"
        MONTHLY = "monthly", "Don mensuel à vérifier"
        PAYOUT = "payout", "Virement de Stripe à vérifier"
        DRIFT = "drift", "Écart entre Stripe et les écritures"
        SILENCE = "silence", "Stripe n’envoie plus rien"
        LATE_LETTER = "late_letter", "Lettre retenue, le changement est ancien"
        ATTACK = "attack", "Essais de cartes volées"
        SEAL = "seal", "Cachet des reçus à renouveler"

    kind = models.CharField("nature", max_length=15, choices=Kind)
    key = models.CharField(max_length=300, unique=True)
    text = models.CharField("ce qu’il y a à voir", max_length=500)
    donation = models.ForeignKey(
        Donation, on_delete=models.PROTECT, null=True, blank=True, related_name="alarms", verbose_name="don"
    )
    raised_at = models.DateTimeField("signalée le")
    mailed_at = models.DateTimeField("écrite à la trésorerie le", null=True, blank=True)
    resolved_at = models.DateTimeField("réglée le", null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="réglée par",
    )

    objects = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = "alerte"
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="alarm_kind_known",
                condition=Q(
                    kind__in=[
                        *("mismatch", "paid_twice", "late_gift", "late_failure", "dispute", "fraud_warning"),
                        *("refund_failed", "monthly", "payout", "drift", "silence", "late_letter"),
                        *("attack", "seal"),
                    ]
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.text
