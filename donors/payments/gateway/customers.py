"""Who pays each month, as Stripe knows them. docs.stripe.com/api/customers"""

from django.conf import settings

from donors.payments.gateway.connection import APP, client, our_errors


def create_customer(email: str, name: str, *, idempotency_key: str) -> str:
    """A customer of our own making; answers its id. Never one found by e-mail: an address proves nothing.

    The same key and facts make one customer. Raises StripeUnavailable, StripeRefused."""
    with our_errors("making a customer"):
        customer = client().v1.customers.create(
            {
                "email": email,
                "name": name,
                "preferred_locales": ["fr"],
                "metadata": {"app": APP, "site": settings.SITE_URL},
            },
            {"idempotency_key": idempotency_key},
        )
    return customer.id


def customer_exists(customer_id: str) -> bool:
    """Whether Stripe still has it: a deleted one pays no more. Raises StripeUnavailable, StripeRefused."""
    with our_errors("reading a customer"):
        customer = client().v1.customers.retrieve(customer_id)
    return not getattr(customer, "deleted", False)
