"""What can go wrong with Stripe, in our words."""


class StripeUnavailable(Exception):
    """Stripe did not answer, or too late, or asked us to wait: nothing is known, trying again is right."""


class StripeRefused(Exception):
    """Stripe understood and said no (a wrong key, a parameter it does not take): trying again is useless."""


class NotAllowed(StripeRefused):
    """The key has no right to this: somebody gives it the right in Stripe's Dashboard, or does without."""


class UnknownObject(StripeRefused):
    """Stripe has no such object."""


class NotFromStripe(Exception):
    """A webhook call whose body or signature is not Stripe's."""


class NotYetHere(Exception):
    """An event speaks of something of ours that is not in the tables yet."""


class AlreadyPaid(Exception):
    """The gift was paid in the meantime."""
