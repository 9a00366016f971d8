"""Which API keys open the sandbox: test keys, and nothing that could move money."""

import base64
import binascii
import re
from collections.abc import Mapping

from stripe_sandbox.errors import StripeError

TEST_KEY = re.compile(r"[sr]k_test_[A-Za-z0-9_]+\Z")


def check_key(headers: Mapping[str, str]) -> str:
    """The key of the request; raises 401 unless it is a test key, secret or restricted."""
    key = _key(headers.get("authorization", ""))
    if not key:
        raise refused(
            "You did not provide an API key. You need to provide your API key in the Authorization header,"
            " using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    if key.startswith(("sk_live_", "rk_live_")):
        raise refused(
            "This is stripe_sandbox, a pretend Stripe for tests and demonstrations. It refuses live keys:"
            " check STRIPE_API_KEY and STRIPE_API_BASE, and treat the key as exposed."
        )
    if not TEST_KEY.match(key):
        raise refused(f"Invalid API Key provided: {masked(key)}")
    return key


def _key(authorization: str) -> str:
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def masked(key: str) -> str:
    return f"{key[:8]}{'*' * max(0, len(key) - 12)}{key[-4:]}" if len(key) > 12 else "*" * len(key)


def refused(message: str, *, code: str | None = None) -> StripeError:
    return StripeError(401, "invalid_request_error", message, code=code)
