"""The thread of Face B that posts webhooks and lets time pass."""

import threading
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any

from stripe_sandbox import webhooks
from stripe_sandbox.core import Sandbox
from stripe_sandbox.webhooks import Delivery

PAUSE = 0.1
ANSWER_WITHIN = 10
AT_ONCE = 20


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """To Stripe a redirect is a failed delivery."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        del args, kwargs


class Deliverer(threading.Thread):
    """Every tenth of a second: what is due falls due, then what is to be delivered is posted, in turn."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(name="stripe_sandbox-deliverer", daemon=True)
        self.sandbox = sandbox
        self._stop_wanted = threading.Event()
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)

    def run(self) -> None:
        while not self._stop_wanted.wait(PAUSE):
            self.sandbox.run_due()
            self._deliver_due()

    def stop(self) -> None:
        self._stop_wanted.set()
        self.join()

    def _deliver_due(self) -> None:
        with self.sandbox.locked() as world:
            due = webhooks.postable_deliveries(world, limit=AT_ONCE)
        for delivery in due:
            if self._stop_wanted.is_set():
                return
            self._deliver(delivery)

    def _deliver(self, delivery: Delivery) -> None:
        with self.sandbox.locked() as world:
            endpoint = world.store.get(delivery.endpoint)
            if endpoint is None or "url" not in endpoint or not webhooks.read_policy(world).on:
                return
            body, signature = webhooks.signed(world, delivery, self.sandbox.signing_secret(delivery.endpoint))
        outcomes = [self._post(endpoint["url"], body, signature) for _ in range(delivery.copies)]
        # One accepted copy is a delivery; the others were the network's doing.
        status, error = min(outcomes, key=lambda outcome: outcome[1] != "")
        with self.sandbox.locked() as world:
            if error:
                webhooks.record_failure(world, delivery, status, error)
            else:
                webhooks.record_success(world, delivery, status or 200)

    def _post(self, url: str, body: bytes, signature: str) -> tuple[int | None, str]:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature,
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - http(s) only
        try:
            with self._opener.open(request, timeout=ANSWER_WITHIN) as answer:
                return int(answer.status), ""
        except urllib.error.HTTPError as error:
            with error:
                return error.code, f"HTTP {error.code}"
        except (OSError, HTTPException) as error:
            return None, str(error) or type(error).__name__
