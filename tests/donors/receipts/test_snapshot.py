import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donors.campaigns.models import PARIS
from donors.gifts.models import Method
from donors.receipts.mentions import missing_mentions
from donors.receipts.snapshot import build_snapshot, canonical_json, snapshot_sha256
from tests.donors.receipts.snapshots import ISSUED_AT, REFERENCE, a_snapshot, an_unsaved_gift


def test_the_snapshot_says_everything_that_the_receipt_prints() -> None:
    snapshot = a_snapshot()

    assert snapshot["form"] == "2041-RD"
    assert snapshot["number"] == "2027-000123"
    assert snapshot["organisation"]["name"] == "Emmaüs Connect"
    assert snapshot["organisation"]["category"]["label"] == "Association loi 1901"
    assert snapshot["donor"] == {
        "last_name": "Benali",
        "first_name": "Amina",
        "street": "3 cours de l’Yser",
        "postcode": "33800",
        "city": "Bordeaux",
        "country": "France",
    }
    assert snapshot["gift"] == {
        "reference": str(REFERENCE),
        "amount_cents": 123_450,
        "amount_figures": "***1\u202f234,50***",
        "amount_words": "mille deux cent trente-quatre euros et cinquante centimes",
        "paid_on": "2027-06-12",
        "form": "Déclaration de don manuel",
        "nature": "Numéraire",
        "payment_mode": "Virement, prélèvement, carte bancaire",
    }
    assert snapshot["issued_on"] == "2027-06-13"
    assert snapshot["signatory"]["name"] == "Claire Martin"
    assert snapshot["signatory"]["signature"]["strokes"]


@pytest.mark.parametrize(
    ("method", "mode"),
    [
        (Method.SEPA, "Virement, prélèvement, carte bancaire"),
        (Method.TRANSFER, "Virement, prélèvement, carte bancaire"),
        (Method.CHEQUE, "Chèque"),
        (Method.CASH, "Remise d’espèces"),
    ],
)
def test_the_payment_mode_is_the_one_of_the_form(method: Method, mode: str) -> None:
    assert a_snapshot(method=method)["gift"]["payment_mode"] == mode


def test_money_credited_in_the_last_utc_hour_of_the_year_counts_for_the_next_one_in_paris() -> None:
    last_hour = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    snapshot = build_snapshot(an_unsaved_gift(credited_at=last_hour), at=last_hour, amount_cents=5000)

    assert snapshot["gift"]["paid_on"] == "2027-01-01"
    assert snapshot["issued_on"] == "2027-01-01"


def test_names_lose_what_would_not_print_as_it_reads() -> None:
    decomposed = "Nguye\u0302\u0303n"
    snapshot = a_snapshot(
        donor={"last_name": f"  {decomposed}\u202eilaneB\n\tx\x00 ", "first_name": "A\u2066mina"}
    )

    assert snapshot["donor"]["last_name"] == "NguyễnilaneB x"
    assert snapshot["donor"]["first_name"] == "Amina"


def test_markup_stays_text_in_the_snapshot() -> None:
    assert a_snapshot(donor={"last_name": "<script>"})["donor"]["last_name"] == "<script>"


def test_an_unsafe_signature_is_no_signature() -> None:
    snapshot = a_snapshot(organisation={"signature_svg": "<svg><script/></svg>"})

    assert snapshot["signatory"]["signature"] is None
    assert missing_mentions(snapshot) == ["la signature"]


def test_the_hash_does_not_depend_on_the_order_of_the_keys() -> None:
    snapshot = a_snapshot()
    shuffled = json.loads(json.dumps(dict(reversed(snapshot.items()))))

    assert list(shuffled) != list(snapshot)
    assert snapshot_sha256(shuffled) == snapshot_sha256(snapshot)


def test_the_hash_depends_on_every_fact() -> None:
    snapshot = a_snapshot()
    other = a_snapshot()
    other["gift"]["amount_cents"] += 1

    assert snapshot_sha256(other) != snapshot_sha256(snapshot)


def test_the_snapshot_holds_no_float() -> None:
    def walk(value: Any) -> None:
        assert not isinstance(value, float)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
            walk(inner)

    walk(a_snapshot())


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_name_survives_the_way_through_json(first: str, last: str) -> None:
    snapshot = build_snapshot(
        an_unsaved_gift(donor={"first_name": first, "last_name": last}), at=ISSUED_AT, amount_cents=5000
    )

    assert json.loads(canonical_json(snapshot)) == snapshot
    assert "\x00" not in canonical_json(snapshot).decode()


def test_the_issue_day_is_the_one_in_paris() -> None:
    at = datetime(2027, 6, 13, 23, 30, tzinfo=PARIS)

    assert build_snapshot(an_unsaved_gift(), at=at, amount_cents=5000)["issued_on"] == "2027-06-13"
