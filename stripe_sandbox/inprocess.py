"""Face A: the real SDK speaks with a sandbox in the same process, without a socket and without waiting."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe
from stripe import APIConnectionError, HTTPClient

from stripe_sandbox.answers import ConnectionDropped
from stripe_sandbox.core import Sandbox


class CaseBlind(dict[str, str]):
    """Response headers; the SDK asks for them in lower case."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__({name.lower(): value for name, value in headers.items()})

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


class SandboxHTTPClient(HTTPClient):
    """`stripe.StripeClient("sk_test_sandbox", http_client=SandboxHTTPClient(sandbox))`"""

    name = "stripe_sandbox"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self.sandbox = sandbox

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Answer as the network would; a lost answer raises what the SDK's own client raises."""
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        try:
            answer = self.sandbox.handle(method.upper(), path, headers or {}, post_data or "")
        except ConnectionDropped as error:
            raise APIConnectionError(
                f"Unexpected error communicating with Stripe. (Network error: {error})", should_retry=True
            ) from error
        return answer.body.decode(), answer.status, CaseBlind(answer.headers)

    def close(self) -> None:
        """Nothing is open."""

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0


def connected_client(sandbox: Sandbox) -> stripe.StripeClient:
    """A `StripeClient` wired to `sandbox`, retrying twice as a site should."""
    return stripe.StripeClient(
        "sk_test_sandbox", http_client=SandboxHTTPClient(sandbox), max_network_retries=2
    )
