"""The letter that asks a donor for what a receipt lacks, with a link of its own: seldom, and never twice."""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet

from donors.campaigns.models import local_day
from donors.gifts.models import Donation
from donors.letters.models import Letter
from donors.letters.post import Occasion, compose, send_once
from donors.money import format_euros
from donors.receipts.completion_tokens import LIFE, completion_url
from donors.receipts.incomplete import Incomplete, incomplete_donors, missing_fields, who_is
from donors.receipts.wording import day_in_french

log = logging.getLogger(__name__)

PAUSE = timedelta(days=14)  # between two letters to the same donor
TRIES = timedelta(days=3)  # how long we try; then the treasurer sees that it did not leave

WORDS = {
    "first_name": "votre prénom",
    "last_name": "votre nom",
    "siren": "le numéro SIREN de votre organisme",
    "legal_form": "la forme juridique de votre organisme",
    "street": "votre adresse",
    "postcode": "votre code postal",
    "city": "votre ville",
}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A donor whose receipts wait, and the letters that asked for what is missing, oldest first."""

    waiting: Incomplete
    letters: Sequence[Letter]

    @property
    def last(self) -> Letter | None:
        return self.letters[-1] if self.letters else None

    def may_write(self, *, at: datetime) -> bool:
        """None left within a fortnight, and none is about to."""
        return self.last is None or not (_has_left(self.last, at=at) or _will_leave(self.last, at=at))


def asks(*, at: datetime, email_key: str = "") -> list[Ask]:
    """Everybody whose receipts wait for facts, with their letters. A fixed number of queries."""
    waiting = incomplete_donors(at=at, email_key=email_key)
    letters = _letters().filter(donation__donor__email_key__in={row.donor.email_key for row in waiting})
    by_donor: defaultdict[tuple[str, ...], list[Letter]] = defaultdict(list)
    for letter in letters:
        assert letter.donation is not None  # noqa: S101  only gifts are asked about
        by_donor[who_is(letter.donation.donor)].append(letter)
    return [Ask(waiting=row, letters=by_donor[who_is(row.donor)]) for row in waiting]


def owe(ask: Ask, *, at: datetime) -> bool:
    """Note that a letter is to leave; False if one left or will. Idempotent, also for two who press at once:
    both would write the same row."""
    if not ask.may_write(at=at):
        return False
    _note(ask.waiting.first, str(len(ask.letters) + 1), at=at)
    return True


def owe_fresh_link(gift: Donation, *, at: datetime) -> None:
    """To the donor's own address, once a day at most, whoever holds the old link."""
    _note(gift, f"link.{local_day(at)}", at=at)


def send_owed(*, at: datetime) -> int:
    """Send the letters that are noted and did not leave; answers how many left. No transaction.

    One that is needless by now is taken back. A failure stops no other and is tried again."""
    sent = 0
    for letter in list(_letters().filter(sent_at=None, created_at__gt=at - TRIES)):
        gift = letter.donation
        assert gift is not None  # noqa: S101  only gifts are asked about
        if not missing_fields(gift.donor):
            letter.delete()
            continue
        try:
            send_once(_occasion(gift, letter.key.rsplit(":", 1)[-1]), _writer(gift, at), at=at)
        except Exception:  # whatever it is, the next donors are waiting
            log.exception("Letter %s could not be sent", letter.pk)
        else:
            sent += 1
    return sent


def _letters() -> QuerySet[Letter]:
    rows = Letter.objects.filter(kind=Letter.Kind.COMPLETION)
    return rows.select_related("donation__donor", "donation__campaign__organisation")


def _has_left(letter: Letter, *, at: datetime) -> bool:
    return letter.sent_at is not None and letter.sent_at > at - PAUSE


def _will_leave(letter: Letter, *, at: datetime) -> bool:
    return letter.sent_at is None and letter.created_at > at - TRIES


def _occasion(gift: Donation, fact: str) -> Occasion:
    return Occasion(kind=Letter.Kind.COMPLETION, about=gift, fact=fact)


def _note(gift: Donation, fact: str, *, at: datetime) -> None:
    occasion = _occasion(gift, fact)
    facts = {
        "kind": occasion.kind,
        "email": gift.donor.email,
        "message_id": occasion.message_id,
        "created_at": at,
    }
    Letter.objects.get_or_create(key=occasion.key, defaults={**facts, **occasion.links})


def _writer(gift: Donation, at: datetime) -> Callable[[Letter], EmailMultiAlternatives]:
    waiting = next(
        (
            row
            for row in incomplete_donors(at=at, email_key=gift.donor.email_key)
            if who_is(row.donor) == who_is(gift.donor)
        ),
        None,
    )
    words: dict[str, object] = {
        "amount": format_euros(waiting.amount_cents if waiting else gift.amount_cents),
        "several": waiting is not None and len(waiting.gifts) > 1,
        "missing": [WORDS[name] for name in missing_fields(gift.donor) if name in WORDS],
        "url": completion_url(gift, at=at),
        "expires_on": day_in_french(local_day(at + LIFE)),
    }

    def write(letter: Letter) -> EmailMultiAlternatives:
        return compose(letter, "Il manque un renseignement pour votre reçu fiscal", "completion", words)

    return write
