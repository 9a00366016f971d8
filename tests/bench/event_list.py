"""Stripe's list of events as a month of a busy account would fill it: made page by page, kept nowhere."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TYPE = "charge.updated"
NEWEST = 1_800_000_000  # when the newest event happened, in seconds; each other one a second before the next
# As long as a charge is at Stripe, some two kilobytes, and of no gift of ours.
_CHARGE = {"object": "charge", "metadata": {}, "field": "x" * 2000}


def event(number: int, *, among: int) -> dict[str, Any]:
    """The event of this number in a list of so many; number 0 is the newest."""
    return {
        "id": f"evt_{among}_{number}",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": NEWEST - number,
        "livemode": False,
        "type": TYPE,
        "data": {"object": {"id": f"ch_{among}_{number}", **_CHARGE}},
    }


def page(asked: dict[str, list[str]], *, among: int) -> dict[str, Any]:
    """One page of /v1/events. Every webhook counts as delivered: ours is the site that lost some."""
    wanted = [asked[name][0] for name in asked if name.startswith("types[")]
    count = among if TYPE in wanted and "delivery_success" not in asked else 0
    after = asked.get("starting_after", [""])[0]
    start = int(after.rsplit("_", 1)[1]) + 1 if after else 0
    end = min(start + int(asked["limit"][0]), count)
    found = [event(number, among=among) for number in range(start, end)]
    return {"object": "list", "url": "/v1/events", "data": found, "has_more": end < count}


@contextmanager
def listing(count: int) -> Iterator[str]:
    """The address of a Stripe that knows how to list so many events, and nothing else."""

    class Events(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            known = parts.path == "/v1/events"
            told = page(parse_qs(parts.query), among=count) if known else {"error": {"message": "unknown"}}
            body = json.dumps(told).encode()
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *given: object) -> None:
            """A thousand pages need no thousand lines."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Events)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
