import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donors.campaigns.models import PARIS
from donors.gifts.models import Method
from donors.receipts.mentions import missing_mentions
from donors.receipts.models import Receipt
from donors.receipts.snapshot import Part, build_snapshot, canonical_json, snapshot_sha256
from tests.donors.receipts.snapshots import ISSUED_AT, REFERENCE, a_snapshot, an_unsaved_gift


def test_the_snapshot_says_everything_that_the_receipt_prints() -> None:
    snapshot = a_snapshot()

    assert snapshot["form"] == "2041-RD"
    assert snapshot["number"] == "2027-000123"
    assert snapshot["organisation"]["name"] == "Emmaüs Connect"
    assert snapshot["organisation"]["category"]["label"] == "Association loi 1901"
    assert snapshot["form_version"] == "11580*05"
    assert snapshot["conformity"] == "Document conforme au modèle 2041-RD (Cerfa n° 11580)"
    assert snapshot["donor"] == {
        "kind": "person",
        "last_name": "Benali",
        "first_name": "Amina",
        "street": "3 cours de l’Yser",
        "postcode": "33800",
        "city": "Bordeaux",
        "country": "France",
    }
    amount = {
        "amount_cents": 123_450,
        "amount_figures": "***1\u202f234,50***",
        "amount_words": "mille deux cent trente-quatre euros et cinquante centimes",
    }
    assert snapshot["gift"] == {
        **amount,
        "paid_on": "2027-06-12",
        "period": None,
        "forms": ["Déclaration de don manuel"],
        "natures": ["Numéraire"],
        "payment_modes": ["Virement, prélèvement, carte bancaire"],
        "payments": [
            {
                "reference": str(REFERENCE),
                "paid_on": "2027-06-12",
                "amount_cents": 123_450,
                "amount_figures": "1\u202f234,50",
                "nature": "Numéraire",
                "payment_mode": "Virement, prélèvement, carte bancaire",
                "description": "",
            }
        ],
        "money": amount,
        "in_kind": None,
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
    assert a_snapshot(method=method)["gift"]["payment_modes"] == [mode]


def test_money_credited_in_the_last_utc_hour_of_the_year_counts_for_the_next_one_in_paris() -> None:
    last_hour = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    snapshot = build_snapshot(one_part(credited_at=last_hour), at=last_hour)

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
    parts = one_part(donor={"first_name": first, "last_name": last})
    snapshot = build_snapshot(parts, at=ISSUED_AT)

    assert json.loads(canonical_json(snapshot)) == snapshot
    assert "\x00" not in canonical_json(snapshot).decode()


def test_the_issue_day_is_the_one_in_paris() -> None:
    at = datetime(2027, 6, 13, 23, 30, tzinfo=PARIS)

    assert build_snapshot(one_part(), at=at)["issued_on"] == "2027-06-13"


def one_part(**gift: Any) -> list[Part]:
    return [Part(donation=an_unsaved_gift(**gift), amount_cents=5000)]


def test_a_year_of_gifts_lists_each_and_says_from_when_to_when() -> None:
    days = [datetime(2027, month, 5, 9, tzinfo=UTC) for month in (12, 1, 6)]
    parts = [part for day in days for part in one_part(credited_at=day)]

    snapshot = build_snapshot(parts, at=ISSUED_AT, kind=Receipt.Kind.YEARLY)

    gift = snapshot["gift"]
    assert (snapshot["kind"], gift["amount_cents"], gift["amount_figures"]) == (
        "yearly",
        15000,
        "***150,00***",
    )
    assert (gift["paid_on"], gift["period"]) == ("", {"from": "2027-01-05", "to": "2027-12-05"})
    assert [payment["paid_on"] for payment in gift["payments"]] == ["2027-01-05", "2027-06-05", "2027-12-05"]
    assert gift["payment_modes"] == ["Virement, prélèvement, carte bancaire"]


def test_the_donor_is_as_the_last_gift_knows_them() -> None:
    late = one_part(donor={"city": "Pessac"}, credited_at=datetime(2027, 6, 12, tzinfo=UTC))
    early = one_part(credited_at=datetime(2027, 2, 12, tzinfo=UTC))

    assert build_snapshot([*late, *early], at=ISSUED_AT)["donor"]["city"] == "Pessac"


COMPANY = {
    "kind": "organisation",
    "organisation_name": "Boulangerie Martin",
    "legal_form": "SARL",
    "siren": "732829320",
}


def test_a_company_has_the_form_of_companies_and_never_a_person_s() -> None:
    snapshot = a_snapshot(donor=COMPANY)

    assert (snapshot["form"], snapshot["form_version"]) == ("2041-MEC-SD", "16216*03")
    assert snapshot["articles"] == [{"label": "238 bis du CGI", "ticked": True}]
    assert {name: snapshot["donor"][name] for name in ("name", "legal_form", "siren")} == {
        "name": "Boulangerie Martin",
        "legal_form": "SARL",
        "siren": "732829320",
    }
    assert "last_name" not in snapshot["donor"]


def test_money_and_gifts_in_kind_are_told_apart_and_added_up() -> None:
    goods = {"nature": "in_kind", "method": "none", "description": "Dix ordinateurs"}
    parts = [*one_part(donor=COMPANY), *one_part(donor=COMPANY, **goods), *one_part(donor=COMPANY, **goods)]

    gift = build_snapshot(parts, at=ISSUED_AT)["gift"]

    assert (gift["money"]["amount_cents"], gift["in_kind"]["amount_cents"]) == (5000, 10000)
    assert gift["in_kind"]["amount_words"] == "cent euros"
    assert gift["in_kind"]["description"] == "Dix ordinateurs"
    assert gift["amount_cents"] == 15000
    assert gift["natures"] == ["Numéraire", "Autres : don en nature"]
    assert gift["payment_modes"] == ["Virement, prélèvement, carte bancaire"]


@pytest.mark.parametrize(
    ("facts", "articles"),
    [
        ({}, {"200 du CGI": True, "978 du CGI": False}),
        ({"organisation": {"category": "research"}}, {"200 du CGI": True, "978 du CGI": True}),
        (
            {
                "organisation": {"category": "research"},
                "nature": "in_kind",
                "method": "none",
                "description": "Un microscope",
            },
            {"200 du CGI": True, "978 du CGI": False},
        ),
        (
            {
                "organisation": {"category": "research"},
                "nature": "shares",
                "method": "none",
                "description": "Dix actions",
            },
            {"200 du CGI": True, "978 du CGI": True},
        ),
        (
            {"donor": {"kind": "organisation", "organisation_name": "Martin", "siren": "552100554"}},
            {"238 bis du CGI": True},
        ),
    ],
)
def test_the_articles_follow_the_category_the_donor_and_what_was_given(
    facts: dict[str, Any], articles: dict[str, bool]
) -> None:
    printed = a_snapshot(**facts)["articles"]

    assert {article["label"]: article["ticked"] for article in printed} == articles
