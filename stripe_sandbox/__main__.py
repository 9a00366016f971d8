"""`python -m stripe_sandbox`: serve until SIGINT or SIGTERM."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from stripe_sandbox.core import ORGANISATION, Sandbox
from stripe_sandbox.server import serve


def read_arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m stripe_sandbox", description="A pretend Stripe; no money moves."
    )
    parser.add_argument("--port", type=int, default=8420)
    parser.add_argument(
        "--state", type=Path, help="SQLite file that keeps the state; without it all is in memory"
    )
    parser.add_argument("--webhook-url", help="register this address for all events")
    parser.add_argument("--webhook-secret", help="signing secret of that address, whsec_…")
    parser.add_argument("--organisation", default=ORGANISATION, help="name shown on the pay page")
    arguments = parser.parse_args(words)
    if bool(arguments.webhook_url) != bool(arguments.webhook_secret):
        parser.error("--webhook-url and --webhook-secret belong together")
    return arguments


def main() -> int:
    arguments = read_arguments()
    sandbox = Sandbox(state_path=arguments.state, organisation=arguments.organisation)
    if arguments.webhook_url:
        sandbox.keep_endpoint(arguments.webhook_url, arguments.webhook_secret)
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    try:
        running = serve(sandbox, arguments.port)
    except OSError as error:
        print(f"Cannot listen on 127.0.0.1:{arguments.port}: {error}", file=sys.stderr)  # noqa: T201 - its console
        return 1
    print(f"stripe_sandbox on {running.url} - a pretend Stripe, no money moves", flush=True)  # noqa: T201
    stop.wait()
    running.close()
    sandbox.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
