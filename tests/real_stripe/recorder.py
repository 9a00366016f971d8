"""Listens to what Stripe answers, and says where it differs from what the installed SDK describes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import stripe
from stripe._object_classes import get_object_class

from stripe_sandbox.schema.objects import ShapeError, check_shape
from stripe_sandbox.schema.shapes import fields_of


class Recorder(stripe.HTTPClient):
    """Passes every call on, and keeps each difference in shape once."""

    name = "recorder"

    def __init__(self, inner: stripe.HTTPClient) -> None:
        super().__init__()
        self.inner = inner
        self.objects = 0
        self.differences: set[str] = set()

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[Any, int, Any]:
        body, status, answered = self.inner.request(method, url, headers, post_data, _usage=_usage)
        if status < 300:
            for found in whole_objects(json.loads(body)):
                self.objects += 1
                self.differences.update(unlike_the_sdk(found))
        return body, status, answered

    def close(self) -> None:
        self.inner.close()


def whole_objects(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The object of an answer, or each of a list."""
    yield from answer["data"] if answer.get("object") == "list" else [answer]


def unlike_the_sdk(found: dict[str, Any]) -> Iterator[str]:
    """One line for each field that the SDK does not describe so. The site itself accepts them all."""
    cls: type = get_object_class("V1", str(found.get("object")))
    if cls is stripe.StripeObject or found.get("deleted") is True:
        return
    fields = fields_of(cls)
    for name, value in found.items():
        if name == "object":
            continue
        if name not in fields:
            yield f"{found['object']}.{name}: not in the SDK"
            continue
        try:
            check_shape(fields[name].shape, value, f"{found['object']}.{name}")
        except ShapeError as difference:
            yield str(difference)
