"""What goes wrong on purpose, drawn from one seed."""

import random
from collections import Counter
from typing import Any

import requests

from tests.chaos.site import Site

# action → (kind of object, what the object must say of itself, further words)
ACTIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("refund", "charge", {}),
    ("refund", "charge", {"amount": 300}),
    ("open_dispute", "charge", {}),
    ("open_dispute", "charge", {"inquiry": True}),
    ("fail_late", "charge", {}),
    ("warn_of_fraud", "charge", {}),
    ("fail_refund", "refund", {}),
    ("win_dispute", "dispute", {}),
    ("lose_dispute", "dispute", {}),
    ("fail_payout", "payout", {}),
    ("bill_fee", "", {"amount": 70}),
    ("next_refund", "", {"status": "pending"}),
    ("cancel_subscription", "subscription", {}),
]


class Mischief:
    """Counts in `made` what really happened."""

    def __init__(self, site: Site, *, seed: int) -> None:
        self.site = site
        self.seed = seed
        self.dice = random.Random(seed + 1)
        self.made: Counter[str] = Counter()

    def make_noise(self) -> None:
        """From now on Stripe stumbles and its webhooks are lost, doubled and out of order."""
        standing = {"count": None, "path": "/v1/"}
        self.site.sandbox(
            "faults",
            [
                {"kind": "status", "status": 500, "share": 4, "seed": self.seed, **standing},
                {"kind": "status", "status": 429, "share": 2, "seed": self.seed + 1, **standing},
                {"kind": "commit_then_drop", "share": 3, "seed": self.seed + 2, **standing},
                {"kind": "drop", "share": 2, "seed": self.seed + 3, **standing},
            ],
        )
        self.site.sandbox(
            "webhooks", {"drop_share": 25, "copies": 2, "shuffle": True, "delay": 1, "seed": self.seed}
        )

    def act(self) -> None:
        """Press one button of the dashboard on one object, if it may be pressed."""
        name, kind, words = self.dice.choice(ACTIONS)
        told = {"action": name, **words}
        if kind:
            chosen = self._any(kind)
            if not chosen:
                return
            told[kind] = chosen
        answer = self.site.sandbox("actions", told)
        self.made[f"{name} {'refused' if answer and 'error' in answer else 'done'}"] += 1

    def _any(self, kind: str) -> str:
        key = self.site.environment["STRIPE_API_KEY"]
        try:
            found = requests.get(
                f"{self.site.sandbox_url}/v1/{kind}s", params={"limit": 100}, auth=(key, ""), timeout=30
            ).json()
        except (requests.RequestException, ValueError):
            return ""
        rows = found.get("data", [])
        return str(self.dice.choice(rows)["id"]) if rows else ""

    def advance(self, *, days: int) -> None:
        self.site.sandbox("clock", {"advance": days * 86_400})
        self.made["days passed"] += days
