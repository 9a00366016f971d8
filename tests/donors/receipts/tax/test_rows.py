"""The rows themselves: complete, sourced, and known to one place."""

import re
from itertools import pairwise

import pytest

from donors.receipts.tax.law import Dated
from donors.receipts.tax.rows import COMPANY_BASES, COUNTERPARTS, RULES
from tests.source import code, read

EVERY_ROW = [*RULES, *COMPANY_BASES, *COUNTERPARTS]


@pytest.mark.parametrize("row", EVERY_ROW)
def test_every_row_names_its_source_and_the_day_it_was_checked(row: Dated) -> None:
    assert "CGI art." in row.source
    assert row.checked_on >= row.starts_on
    assert row.ends_on is None or row.ends_on >= row.starts_on


def test_rates_fall_beyond_the_ceiling_and_never_reach_the_whole_gift() -> None:
    for rule in RULES:
        assert 0 < rule.beyond_percent <= rule.rate_percent < 100
        assert (rule.beyond_percent == rule.rate_percent) == (rule.ceiling_cents is None)


def test_no_two_rows_of_a_kind_begin_on_the_same_day_or_overlap_an_end() -> None:
    kinds: dict[str, list[Dated]] = {"base": list(COMPANY_BASES), "counterpart": list(COUNTERPARTS)}
    for rule in RULES:
        kinds.setdefault(rule.regime, []).append(rule)
    for rows in kinds.values():
        for earlier, later in pairwise(sorted(rows, key=lambda row: row.starts_on)):
            assert (earlier.ends_on or earlier.starts_on) < later.starts_on


def test_what_no_source_settles_is_said_in_french() -> None:
    doubts = [row.doubt for row in EVERY_ROW if row.doubt]

    assert len(doubts) == 2
    assert any("2026 à 2030" in doubt for doubt in doubts)


def test_no_rate_stands_anywhere_else() -> None:
    """66 %, 75 % and 60 % are written in the rows alone; templates and scripts are told."""
    rate = re.compile(
        r"\b(?:66|75|60)(?:\s|\u00a0|\u202f|&nbsp;)?%|(?:rate|percent)\w*\s*[=:]\s*(?:66|75|60)\b"
    )
    files = [*code("donors", "cms_pages"), *read("*.html", "templates"), *read("*.txt", "templates")]
    files += read("*.js", "campaign/static/js")
    found = [module.path for module in files if rate.search(module.text)]

    assert found == ["donors/receipts/tax/rows.py"]
