"""Machines that try stolen cards through the site's own front door, and people who give meanwhile."""

import re
from collections import Counter
from datetime import timedelta
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone

from donors.payments.gate.watch import note_decline, watch
from donors.payments.inbox import process_event, receive
from stripe_sandbox.core import Sandbox
from tests.donors.payments.gate.visits import solved

SECRET = "whsec_for_tests"
FORM = "/don/juin/"
WITHOUT_LOOKING = {"amount": "20", "first_name": "Amina", "last_name": "Benali"}


class Wave:
    """One try after the other; every webhook is delivered at once, and every call to Stripe is counted."""

    def __init__(self, client: Client, stripe: Sandbox, *, thieves_calculate: bool = False) -> None:
        self.client, self.stripe, self.thieves_calculate = client, stripe, thieves_calculate
        self.calls: Counter[str] = Counter()
        self.donors = self.turned_away = 0
        handle = stripe.handle

        def counted(method: str, path: str, *rest: Any) -> Any:
            self.calls[f"{method} {path.split('?')[0]}"] += 1
            return handle(method, path, *rest)

        stripe.handle = counted  # type: ignore[assignment, method-assign]

    @property
    def all_calls(self) -> int:
        return self.calls.total()

    def tries(self, number: int, *, donor_every: int) -> None:
        for index in range(number):
            address = f"10.{index // 62500}.{index // 250 % 250}.{index % 250}"
            if donor_every and index % donor_every == donor_every - 1:
                self._give(address, index)
            else:
                self._steal(address, index)

    def goes_quiet(self) -> None:
        watch(at=timezone.now() + timedelta(minutes=31))

    def _steal(self, address: str, index: int) -> None:
        fields = self._form(address) if self.thieves_calculate else WITHOUT_LOOKING
        answer = self._send(address, {**fields, "email": f"thief.{index}@example.net"})
        if answer.status_code == 303:
            self._pay(answer, "card_declined")
        else:
            self.turned_away += 1

    def _give(self, address: str, index: int) -> None:
        """A person's browser calculates when it is asked to."""
        fields = self._form(address)
        answer = self._send(address, {**fields, "email": f"amina.{index}@example.org"})
        assert answer.status_code == 303, answer.content.decode()
        self._pay(answer, "card")
        self.donors += 1

    def _form(self, address: str) -> dict[str, str]:
        page = self.client.get(FORM, headers={"X-Forwarded-For": address}).content.decode()
        key = re.search(r'name="form_key" value="([^"]*)"', page)
        assert key
        challenge = re.search(r'data-proof="([^"]*)"', page)
        fields = {**WITHOUT_LOOKING, "form_key": key[1]}
        return fields | ({"proof": solved(unescape(challenge[1]))} if challenge else {})

    def _send(self, address: str, fields: dict[str, str]) -> Any:
        return self.client.post(FORM, fields, headers={"X-Forwarded-For": address})

    def _pay(self, answer: Any, outcome: str) -> None:
        self.stripe.pay(answer["Location"].rsplit("/", 1)[1], outcome)
        for body, signature in self.stripe.pop_signed_events(SECRET):
            now = timezone.now()
            event = receive(body, signature, at=now)
            note_decline(event.pk, at=now)
            process_event(event.pk, at=now + timedelta(seconds=1))
