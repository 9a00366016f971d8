from django.db import models
from django.db.models import Q

from donors.gifts.models import Donation
from donors.payments.queries import StripeEventQuerySet


class CheckoutAttempt(models.Model):
    """One Stripe Checkout Session that we asked for. The row is committed before Stripe is called."""

    class State(models.TextChoices):
        CREATING = "creating", "Demandée"
        OPEN = "open", "Ouverte"
        COMPLETE = "complete", "Terminée"
        EXPIRED = "expired", "Expirée"
        REFUSED = "refused", "Refusée par Stripe"

    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="attempts")
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


class StripeEvent(models.Model):
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
    state = models.CharField("état", max_length=10, choices=State, default=State.NEW)
    handled_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField("dernière erreur", blank=True)

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
