"""Stripe's errors, with the bodies that the SDK turns into its exceptions. https://docs.stripe.com/api/errors"""

from typing import Any


class StripeError(Exception):
    """One refused call: the status and everything in the body's `error` object.

    `kept` says that the endpoint had started its work, so an idempotency key remembers this answer.
    """

    def __init__(self, status: int, kind: str, message: str, *, kept: bool = False, **details: Any) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message
        self.kept = kept
        self.details = {name: value for name, value in details.items() if value is not None}

    def body(self, request_id: str) -> dict[str, Any]:
        error: dict[str, Any] = {**self.details, "message": self.message, "type": self.kind}
        if "code" in error:
            error["doc_url"] = f"https://docs.stripe.com/error-codes#{error['code'].replace('_', '-')}"
        error["request_log_url"] = f"https://dashboard.stripe.com/test/logs/{request_id}?t=0"
        return {"error": error}


class Declined(StripeError):
    """402: the bank said no. Unlike other refusals this one has happened: what was written stays."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(402, "card_error", message, kept=True, **details)


def invalid_request(
    message: str, *, param: str | None = None, code: str | None = None, kept: bool = False
) -> StripeError:
    return StripeError(400, "invalid_request_error", message, param=param, code=code, kept=kept)


def resource_missing(noun: str, wanted: str, *, param: str, status: int = 404) -> StripeError:
    return StripeError(
        status, "invalid_request_error", f"No such {noun}: '{wanted}'", param=param, code="resource_missing"
    )


def unsupported(what: str, *, param: str | None = None) -> StripeError:
    """Real Stripe would accept this; the sandbox refuses it rather than pretend."""
    return invalid_request(f"stripe_sandbox does not know {what}.", param=param, code="sandbox_unsupported")


FAULTS = {
    401: ("invalid_request_error", None, "Invalid API Key provided: sk_test_****"),
    402: ("card_error", "card_declined", "Your card was declined."),
    403: (
        "invalid_request_error",
        None,
        "The provided key does not have the required permissions for this endpoint.",
    ),
    409: ("invalid_request_error", "lock_timeout", "This object cannot be accessed right now. Try again."),
    429: ("invalid_request_error", "rate_limit", "Request rate limit exceeded. Slow down and try again."),
}


def fault_error(status: int) -> StripeError:
    """The body that Stripe sends with `status` when the trouble lies on its own side, or in the key."""
    kind, code, message = FAULTS.get(
        status,
        ("api_error", None, "An unknown error occurred. This is a fault of stripe_sandbox's own making."),
    )
    return StripeError(status, kind, message, code=code)
