"""The letter that says that money is on its way back: only when the refund succeeded."""

from datetime import datetime

from django.core.mail import EmailMultiAlternatives

from donors.gifts.kept import kept_of
from donors.gifts.models import Method
from donors.gifts.returns import Refund
from donors.letters.models import Letter
from donors.letters.post import Occasion, compose, send_once
from donors.letters.receipt_story import latest_receipt
from donors.money import format_euros


def send_refunded(refund: Refund, *, at: datetime) -> Letter | None:
    """Tell the donor of this refund; None while it has not succeeded. Idempotent; no transaction.

    What becomes of the receipt is settled before, and told in its own letter. Raises LetterInHand and what
    the mail server raises."""
    refund = Refund.objects.select_related("donation__donor", "donation__campaign__organisation").get(
        pk=refund.pk
    )
    if refund.status != Refund.Status.SUCCEEDED:
        return None
    gift = refund.donation
    occasion = Occasion(kind=Letter.Kind.REFUNDED, about=gift, fact=str(refund.pk))
    amount = format_euros(refund.amount_cents)

    def write(letter: Letter) -> EmailMultiAlternatives:
        left_cents = max(0, kept_of(gift).told_cents)
        words: dict[str, object] = {
            "donation": gift,
            "amount": amount,
            "gift_amount": format_euros(gift.amount_cents),
            "left": format_euros(left_cents) if left_cents else "",
            "by_debit": gift.method == Method.SEPA,
            "had_receipt": latest_receipt(gift) is not None,
        }
        return compose(letter, f"Nous vous remboursons {amount}", "refunded", words)

    return send_once(occasion, write, at=at)
