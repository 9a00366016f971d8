from datetime import date, timedelta

from donors.receipts.tax.checked import GOOD_FOR, is_stale, rows_in_force, rows_to_check
from donors.receipts.tax.law import Rule
from donors.receipts.tax.rows import CHECKED_ON

DAY = timedelta(days=1)


def test_a_year_after_the_check_every_row_in_force_asks_for_another() -> None:
    last_good_day = CHECKED_ON + GOOD_FOR
    doubtful = [row for row in rows_in_force(last_good_day) if row.doubt]

    assert not any(is_stale(row, last_good_day) for row in rows_in_force(last_good_day))
    assert rows_to_check(last_good_day) == doubtful
    assert rows_to_check(last_good_day + DAY) == rows_in_force(last_good_day + DAY)


def test_the_limit_that_nobody_found_asks_for_a_check_from_the_first_day() -> None:
    assert [row.starts_on for row in rows_to_check(CHECKED_ON)] == [date(2026, 1, 1)]


def test_a_rule_that_ended_is_history() -> None:
    regimes = [row.regime for row in rows_in_force(CHECKED_ON) if isinstance(row, Rule)]

    assert regimes == ["general", "aid", "violence_victims", "company", "company_aid", "wealth"]


def test_a_special_rule_is_looked_at_while_it_holds() -> None:
    day = date(2025, 1, 1)
    assert [row.doubt for row in rows_to_check(day)] == [
        "Le texte définitif du régime de Mayotte n’a pas été vérifié."
    ]
