"""A small calculation that a browser does while its owner fills in the form: nothing to one donor, too much
to somebody who tries thousands of cards. Asked for during an attack only.

Format and check are altcha's (altcha.org, proof of work v2); the browser's side is in static/js/proof.js.
See docs/decisions/0010-card-testing.md."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import altcha
from django.conf import settings
from django.utils.crypto import salted_hmac

LIFE = timedelta(hours=2)  # as long as somebody may take for the form
# From 100 to 400 derivations of 5 000 rounds, about a second on a phone, and never more: the answer is drawn
# first. Making and checking a challenge cost one derivation each.
_ROUNDS = 5_000
_FEWEST, _MOST = 100, 400
_SALT = "donors.payments.gate.proof"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A calculation that was really done. `nonce` is the challenge's own, so that it serves once."""

    nonce: str
    gift: str

    def holds_for(self, gift_uuid: UUID) -> bool:
        return self.gift == gift_uuid.hex


def challenge_for(gift_uuid: UUID, *, at: datetime) -> str:
    """What the browser has to solve, as JSON; it serves for this gift's form alone."""
    made = altcha.create_challenge(
        "PBKDF2/SHA-256",
        _ROUNDS,
        counter=_FEWEST + secrets.randbelow(_MOST - _FEWEST),
        expires_at=at + LIFE,
        data={"gift": gift_uuid.hex},
        hmac_secret=_secret(),
    )
    return json.dumps(made.to_dict())


def read_proof(answer: str) -> Proof | None:
    """The proof in what a browser sent; None if it is missing, wrong, forged or too old."""
    if not answer or len(answer) > 4000:
        return None
    if not altcha.verify_solution(answer, _secret()).verified:
        return None
    parameters = altcha.Payload.from_base64(answer).challenge.parameters
    return Proof(nonce=parameters.nonce, gift=str((parameters.data or {}).get("gift", "")))


def _secret() -> bytes:
    return salted_hmac(_SALT, "", secret=settings.SECRET_KEY, algorithm="sha256").digest()
