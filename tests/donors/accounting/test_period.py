from datetime import date

import pytest

from donors.accounting.period import Period


def test_a_period_says_its_days_in_words_and_in_file_names() -> None:
    june = Period(date(2026, 6, 1), date(2026, 6, 30))

    assert str(june) == "du 01/06/2026 au 30/06/2026"
    assert june.slug == "2026-06-01_2026-06-30"
    assert june.day_after == date(2026, 7, 1)


def test_one_day_is_a_period() -> None:
    assert Period(date(2026, 6, 1), date(2026, 6, 1)).day_after == date(2026, 6, 2)


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="doit suivre"):
        Period(date(2026, 6, 2), date(2026, 6, 1))
