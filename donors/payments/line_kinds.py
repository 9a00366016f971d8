"""What a line of Stripe's balance is, in words for whoever keeps the books."""

from donors.payments.matching import GIFTS, REFUNDS, SENT_BACK, STRIPES_OWN, TAKEN_BACK

_NAMES = {
    **dict.fromkeys(GIFTS, "Don"),
    **dict.fromkeys(REFUNDS, "Remboursement"),
    **dict.fromkeys(TAKEN_BACK, "Prélèvement repris par la banque"),
    **dict.fromkeys(STRIPES_OWN, "Frais du compte Stripe"),
    **dict.fromkeys(SENT_BACK, "Virement revenu de la banque"),
    "refund_failure": "Remboursement non abouti",
    "payout": "Virement à la banque",
}
# Stripe calls many things an adjustment; its category says which.
_ADJUSTMENTS = {"dispute": "Contestation", "dispute_reversal": "Contestation gagnée"}


def kind_name(line_type: str, category: str) -> str:
    """A type that we do not know keeps Stripe's own name, so that one can look it up there.

    docs.stripe.com/reports/balance-transaction-types, docs.stripe.com/reports/reporting-categories"""
    if line_type == "adjustment" and category in _ADJUSTMENTS:
        return _ADJUSTMENTS[category]
    return _NAMES.get(line_type) or f"Autre opération ({line_type})"
