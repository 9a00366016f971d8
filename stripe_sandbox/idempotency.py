"""Idempotency keys: the same key gets the same answer for 24 hours.

https://docs.stripe.com/api/idempotent_requests
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from stripe_sandbox.answers import Response
from stripe_sandbox.errors import StripeError, invalid_request
from stripe_sandbox.world import World

KEPT_FOR = 24 * 60 * 60
LONGEST_KEY = 255


class KeysInUse:
    """The keys of the requests that run right now."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def claim(self, key: str | None) -> Iterator[None]:
        """Hold the key while the request runs; raises 409 `idempotency_key_in_use` if another holds it."""
        if key is None:
            yield
            return
        if not 1 <= len(key) <= LONGEST_KEY:
            raise invalid_request(f"Idempotency keys can have at most {LONGEST_KEY} characters.")
        with self._lock:
            if key in self._keys:
                raise _in_use(key)
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key)


def _in_use(key: str) -> StripeError:
    return StripeError(
        409,
        "idempotency_error",
        "There is currently another in-progress request using this Idempotent Key (that probably means you"
        f" submitted twice, and the other request is still going through): {key}. Please try again later.",
        code="idempotency_key_in_use",
    )


def fingerprint(params: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()


def recall(world: World, key: str, endpoint: str, params: dict[str, Any]) -> Response | None:
    """The answer that this key got before; raises 400 `idempotency_error` when it was another request."""
    world.store.run("delete from answers where created <= ?", world.now() - KEPT_FOR)
    row = world.store.run("select * from answers where key = ?", key).fetchone()
    if row is None:
        return None
    if row["endpoint"] != endpoint:
        raise StripeError(
            400,
            "idempotency_error",
            "Keys for idempotent requests can only be used for the same endpoint they were first used for"
            f" ('{endpoint}' vs '{row['endpoint']}'). Try using a key other than '{key}' if you meant to"
            " execute a different request.",
        )
    if row["fingerprint"] != fingerprint(params):
        raise StripeError(
            400,
            "idempotency_error",
            "Keys for idempotent requests can only be used with the same parameters they were first used"
            f" with. Try using a key other than '{key}' if you meant to execute a different request.",
        )
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "Idempotent-Replayed": "true",
        "Original-Request": row["request_id"],
    }
    return Response(row["status"], headers, row["body"])


def remember(world: World, key: str, endpoint: str, params: dict[str, Any], answer: Response) -> None:
    world.store.run(
        "insert or replace into answers (key, created, endpoint, fingerprint, status, body, request_id)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        *(key, world.now(), endpoint, fingerprint(params), answer.status, answer.body),
        answer.headers["Request-Id"],
    )
