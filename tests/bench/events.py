"""Webhook calls as Stripe would post them, and how fast the site answers many at once."""

import json
import threading
import time

import requests
import stripe

from tests.bench.load import CLIENTS
from tests.bench.site import Site


def signed_event(event_id: str, kind: str, about: dict[str, object], secret: str) -> tuple[str, str]:
    """The body of one event and its signature."""
    body = json.dumps(
        {
            "id": event_id,
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": int(time.time()),
            "livemode": False,
            "type": kind,
            "data": {"object": {"metadata": {}, **about}},
        }
    )
    return body, stripe.WebhookSignature.generate_signature_header(body, secret)


def acknowledgements(site: Site, *, each: int) -> tuple[float, list[float]]:
    """How many events a second 8 clients get stored, each so many one after the other, and how many
    milliseconds each call took. The events speak of nothing here: stored and queued like any other."""
    secret = site.environment["STRIPE_WEBHOOK_SECRETS"]
    taken: list[float] = []

    def deliver(client: int) -> None:
        visitor = requests.Session()
        for number in range(each):
            about: dict[str, object] = {"id": f"pi_bench_{client}_{number}", "object": "payment_intent"}
            body, signature = signed_event(
                f"evt_bench_{client}_{number}", "payment_intent.succeeded", about, secret
            )
            started = time.perf_counter()
            answer = visitor.post(
                f"{site.url}/stripe/webhook/", data=body, headers={"Stripe-Signature": signature}, timeout=30
            )
            assert answer.status_code == 200, answer.status_code
            taken.append((time.perf_counter() - started) * 1000)

    threads = [threading.Thread(target=deliver, args=[client]) for client in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    assert len(taken) == CLIENTS * each, "a client met an answer that was not 200"
    return CLIENTS * each / seconds, sorted(taken)
