"""What goes back over the wire."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes


class ConnectionDropped(Exception):
    """The caller gets no answer at all: the line was cut, or it waited too long."""

    def __init__(self, *, timed_out: bool = False) -> None:
        super().__init__("timed out" if timed_out else "connection dropped")
        self.timed_out = timed_out


def gateway_page(status: int) -> Response:
    """What a proxy in front of Stripe says when nobody behind it answers: HTML where JSON was expected."""
    text = f"<html><head><title>{status}</title></head><body><h1>{status} Bad Gateway</h1></body></html>"
    return Response(status, {"Content-Type": "text/html"}, text.encode())


def json_answer(status: int, value: Any, **headers: str) -> Response:
    body = json.dumps(value, indent=2, ensure_ascii=False).encode()
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status, {"Content-Type": "application/json", **named}, body)
