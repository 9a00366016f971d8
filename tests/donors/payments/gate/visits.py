"""People at the gate, and what Stripe says of their cards."""

import json
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import altcha

from donors.payments.gate.proof import Proof, challenge_for, read_proof
from donors.payments.gate.traces import Visit, address_key, email_key
from donors.payments.models import StripeEvent

_numbers = count(1)


def a_visit(**over: Any) -> Visit:
    """Somebody new from an address of their own, who gives 50 €."""
    number = next(_numbers)
    facts: dict[str, Any] = {
        "gift_uuid": uuid4(),
        "amount_cents": 5000,
        "address_key": address_key(f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"),
        "email_key": email_key(f"amina.{number}@example.org"),
    }
    return Visit(**{**facts, **over})


def solved(challenge: str) -> str:
    """What a browser sends after the calculation."""
    given = altcha.Challenge.from_dict(json.loads(challenge))
    solution = altcha.solve_challenge(given)
    assert solution
    return altcha.Payload(given, solution).to_base64()


def a_proof(gift_uuid: UUID, *, at: datetime) -> Proof:
    proof = read_proof(solved(challenge_for(gift_uuid, at=at)))
    assert proof
    return proof


def a_declined_charge(gift_uuid: object, *, at: datetime, **over: Any) -> StripeEvent:
    """The stored event in which Stripe says that a card was refused."""
    number = next(_numbers)
    charge = {"id": f"ch_{number}", "object": "charge", "metadata": {"donation": str(gift_uuid)}}
    facts: dict[str, Any] = {
        "stripe_event_id": f"evt_{number}",
        "type": "charge.failed",
        "object_id": over.pop("charge", charge["id"]),
        "livemode": False,
        "payload": {"data": {"object": {**charge, **over.pop("said", {})}}},
        "created_at": at,
        "received_at": at,
        "next_try_at": at,
    }
    return StripeEvent.objects.create(**{**facts, **over})
