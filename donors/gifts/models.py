import uuid
from datetime import date

from django.db import models
from django.db.models import Q

from donors.campaigns.models import Campaign, local_day
from donors.gifts.queries import DonationQuerySet, LedgerQuerySet
from donors.money import format_euros
from donors.people.models import Donor


class Status(models.TextChoices):
    CREATED = "created", "Commencé"
    OPEN = "open", "Paiement ouvert"
    PROCESSING = "processing", "En cours de prélèvement"
    SUCCEEDED = "succeeded", "Reçu"
    FAILED = "failed", "Échoué"
    EXPIRED = "expired", "Expiré"
    CANCELED = "canceled", "Annulé"
    REVERSED = "reversed", "Repris par la banque"


class Method(models.TextChoices):
    CARD = "card", "Carte bancaire"
    SEPA = "sepa", "Prélèvement SEPA"
    TRANSFER = "transfer", "Virement"
    CHEQUE = "cheque", "Chèque"
    CASH = "cash", "Espèces"
    NONE = "none", "Sans paiement"


class Nature(models.TextChoices):
    """What was given. All but money comes without a payment and counts in no gauge."""

    MONEY = "money", "Numéraire"
    IN_KIND = "in_kind", "Don en nature"
    WAIVED_EXPENSES = "waived_expenses", "Frais de bénévole abandonnés"
    WAIVED_INCOME = "waived_income", "Abandon de revenus ou de produits"
    SHARES = "shares", "Titres de sociétés cotés"


# Ways by which money comes through Stripe, and is found in its balance.
THROUGH_STRIPE = frozenset({Method.CARD, Method.SEPA})


class Donation(models.Model):
    """One movement of money in. Its status moves through `gifts.status.move` alone."""

    class Hold(models.TextChoices):
        NONE = "", "Aucune"
        MISMATCH = "mismatch", "Stripe annonce autre chose que notre don"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    donor = models.ForeignKey(
        Donor, on_delete=models.PROTECT, related_name="donations", verbose_name="donateur"
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="donations", verbose_name="campagne"
    )
    amount_cents = models.PositiveIntegerField("montant (centimes)")
    currency = models.CharField("devise", max_length=3, default="eur")
    method = models.CharField("moyen de paiement", max_length=10, choices=Method, default=Method.CARD)
    nature = models.CharField("nature du don", max_length=20, choices=Nature, default=Nature.MONEY)
    # What was given when it was no money: a company's receipt describes it, the treasurer reads it.
    description = models.CharField("description", max_length=1000, blank=True)
    status = models.CharField("statut", max_length=12, choices=Status, default=Status.CREATED)
    hold = models.CharField("mise de côté", max_length=10, choices=Hold, default=Hold.NONE, blank=True)
    livemode = models.BooleanField("argent réel")
    monthly_gift = models.ForeignKey(
        "donors.MonthlyGift",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="donations",
        verbose_name="don mensuel",
    )
    wants_receipt = models.BooleanField("souhaite un reçu fiscal", default=False)
    # What the goods or services are worth that the donor got in return; tokens (a vote, a thank-you) are 0.
    counterpart_cents = models.PositiveIntegerField("contrepartie (centimes)", default=0)
    anonymous = models.BooleanField("anonyme", default=False)
    source = models.CharField("provenance", max_length=50, blank=True)
    stripe_payment_intent_id = models.CharField("paiement Stripe", max_length=255, blank=True)
    stripe_charge_id = models.CharField("débit Stripe", max_length=255, blank=True)
    stripe_invoice_id = models.CharField("échéance Stripe", max_length=255, blank=True)
    stripe_mandate_id = models.CharField("mandat Stripe", max_length=255, blank=True)
    debit_expected_on = models.DateField("prélèvement prévu le", null=True, blank=True)
    created_at = models.DateTimeField("commencé le")
    opened_at = models.DateTimeField(null=True, blank=True)
    processing_at = models.DateTimeField(null=True, blank=True)
    succeeded_at = models.DateTimeField("confirmé le", null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    expired_at = models.DateTimeField(null=True, blank=True)
    canceled_at = models.DateTimeField(null=True, blank=True)
    reversed_at = models.DateTimeField(null=True, blank=True)
    credited_at = models.DateTimeField("crédité le", null=True, blank=True)
    # Rises with each applied change: a sync that read Stripe before another one wrote starts over.
    sync_version = models.PositiveIntegerField(default=0, editable=False)
    synced_at = models.DateTimeField("comparé avec Stripe le", null=True, blank=True)

    objects = DonationQuerySet.as_manager()

    class Meta:
        verbose_name = "don"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(name="donation_campaign_status", fields=["campaign", "status", "livemode"]),
            models.Index(name="donation_credited", fields=["credited_at"]),
            models.Index(name="donation_created", fields=["-created_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(name="donation_amount_positive", condition=Q(amount_cents__gt=0)),
            models.CheckConstraint(name="donation_in_euros", condition=Q(currency="eur")),
            models.CheckConstraint(name="donation_status_known", condition=Q(status__in=Status.values)),
            models.CheckConstraint(name="donation_method_known", condition=Q(method__in=Method.values)),
            models.CheckConstraint(name="donation_nature_known", condition=Q(nature__in=Nature.values)),
            models.CheckConstraint(
                name="donation_of_money_has_a_method",
                condition=(Q(nature="money") & ~Q(method="none")) | (~Q(nature="money") & Q(method="none")),
            ),
            models.CheckConstraint(
                name="donation_in_kind_described", condition=Q(nature="money") | ~Q(description="")
            ),
            models.CheckConstraint(
                name="donation_success_dated",
                condition=Q(
                    status__in=["succeeded", "reversed"],
                    succeeded_at__isnull=False,
                    credited_at__isnull=False,
                )
                | (
                    ~Q(status__in=["succeeded", "reversed"])
                    & Q(succeeded_at__isnull=True, credited_at__isnull=True)
                ),
            ),
            models.UniqueConstraint(
                name="donation_payment_intent_once",
                fields=["stripe_payment_intent_id"],
                condition=~Q(stripe_payment_intent_id=""),
            ),
            models.UniqueConstraint(
                name="donation_charge_once",
                fields=["stripe_charge_id"],
                condition=~Q(stripe_charge_id=""),
            ),
            models.UniqueConstraint(
                name="donation_invoice_once",
                fields=["stripe_invoice_id"],
                condition=~Q(stripe_invoice_id=""),
            ),
            models.CheckConstraint(
                name="donation_invoice_is_monthly",
                condition=Q(stripe_invoice_id="") | Q(monthly_gift__isnull=False),
            ),
            models.CheckConstraint(
                name="donation_counterpart_not_negative", condition=Q(counterpart_cents__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"Don n° {self.pk} de {format_euros(self.amount_cents)}"

    @property
    def credited_on(self) -> date | None:
        """The tax date: the day in Paris on which the money was credited."""
        return local_day(self.credited_at) if self.credited_at else None

    @property
    def is_paid(self) -> bool:
        return self.status == Status.SUCCEEDED

    @property
    def is_later_month(self) -> bool:
        """A month that Stripe debited by itself: no payment page was opened for it."""
        return self.monthly_gift_id is not None and self.opened_at is None and bool(self.stripe_invoice_id)

    @property
    def may_still_be_paid(self) -> bool:
        return not self.hold and self.status not in {Status.PROCESSING, Status.SUCCEEDED, Status.REVERSED}


class LedgerEntry(models.Model):
    """One signed line of euro cents. Rows are never changed or deleted: database triggers refuse it.

    Signs follow the organisation: a gift is positive; refunds, disputes, fees and payouts are negative. What
    belongs to no gift (a payout, a fee for a product of Stripe's) may also come back by itself."""

    class Kind(models.TextChoices):
        GIFT = "gift", "Don"
        REFUND = "refund", "Remboursement"
        DISPUTE = "dispute", "Contestation"
        FEE = "fee", "Frais"
        PAYOUT = "payout", "Virement de Stripe"

    kind = models.CharField("nature", max_length=8, choices=Kind)
    donation = models.ForeignKey(
        Donation, on_delete=models.PROTECT, related_name="ledger", null=True, blank=True, verbose_name="don"
    )
    amount_cents = models.IntegerField("montant (centimes)")
    occurred_at = models.DateTimeField("date")
    booked_at = models.DateTimeField("inscrit le")
    livemode = models.BooleanField("argent réel")
    # What makes a second booking of the same fact impossible, e.g. "gift:ch_…" or "fee:txn_…".
    key = models.CharField("clé", max_length=300, unique=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = "écriture"
        verbose_name_plural = "écritures"
        ordering = ["occurred_at", "pk"]
        indexes = [models.Index(name="ledger_donation_kind", fields=["donation", "kind"])]
        constraints = [
            models.CheckConstraint(name="ledger_not_zero", condition=~Q(amount_cents=0)),
            models.CheckConstraint(
                name="ledger_kind_known", condition=Q(kind__in=["gift", "refund", "dispute", "fee", "payout"])
            ),
            models.CheckConstraint(
                name="ledger_sign",
                condition=Q(reverses__isnull=False)
                | Q(kind="gift", amount_cents__gt=0)
                | Q(donation__isnull=True)
                | (~Q(kind="gift") & Q(amount_cents__lt=0)),
            ),
            models.CheckConstraint(
                name="ledger_of_a_donation",
                condition=Q(kind__in=["payout", "fee"]) | Q(donation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {format_euros(self.amount_cents)}"


class SupportMessage(models.Model):
    """A donor's words for the wall; nobody sees them before a person has read them."""

    class State(models.TextChoices):
        WAITING = "waiting", "À relire"
        APPROVED = "approved", "Publié"
        REFUSED = "refused", "Refusé"

    donation = models.OneToOneField(Donation, on_delete=models.PROTECT, related_name="support_message")
    text = models.CharField("message", max_length=280)
    state = models.CharField("état", max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField("écrit le")

    class Meta:
        verbose_name = "message de soutien"
        verbose_name_plural = "messages de soutien"
        constraints = [
            models.CheckConstraint(
                name="message_state_known", condition=Q(state__in=["waiting", "approved", "refused"])
            ),
        ]

    def __str__(self) -> str:
        return self.text
