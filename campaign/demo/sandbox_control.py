"""The pretend Stripe's clock and buttons, as the planting needs them (docs/sandbox.md)."""

from datetime import datetime
from typing import Any

import requests
from django.conf import settings


def go_to(moment: datetime) -> None:
    """Let the sandbox's time be this moment, with all that falls due until then."""
    _post("clock", set=int(moment.timestamp()))


def leave_the_past() -> None:
    """Real time again, unless the clock is ahead: whoever plays with the demo put it there."""
    if _get("clock")["offset"] < 0:
        _post("clock", set="real")


def press(action: str, **given: object) -> None:
    _post("actions", action=action, **given)


def count_of(kind: str) -> int:
    """How many objects of this kind the sandbox has."""
    return int(_get("state")["counts"].get(kind, 0))


def _post(what: str, **wanted: object) -> None:
    requests.post(_address(what), json=wanted, timeout=30).raise_for_status()


def _get(what: str) -> Any:
    answer = requests.get(_address(what), timeout=30)
    answer.raise_for_status()
    return answer.json()


def _address(what: str) -> str:
    return f"{settings.STRIPE_API_BASE}/_sandbox/{what}"
