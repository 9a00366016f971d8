"""The Stripe events that this site acts on; every other one is kept and ignored."""

HANDLED = frozenset(
    {
        "checkout.session.async_payment_failed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.completed",
        "checkout.session.expired",
        "charge.failed",
        "charge.succeeded",
        "charge.updated",
        "payment_intent.canceled",
        "payment_intent.payment_failed",
        "payment_intent.processing",
        "payment_intent.succeeded",
    }
)
