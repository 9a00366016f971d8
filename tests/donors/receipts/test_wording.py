from datetime import date

import pytest
from django.utils import translation

from donors.gifts.models import Method
from donors.receipts import wording


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2027, 6, 12), "12 juin 2027"),
        (date(2027, 1, 1), "1er janvier 2027"),
        (date(2027, 8, 31), "31 août 2027"),
        (date(2027, 12, 25), "25 décembre 2027"),
    ],
)
def test_a_day_is_written_as_in_french(day: date, written: str) -> None:
    assert wording.day_in_french(day) == written


def test_a_day_is_french_whatever_language_is_active() -> None:
    with translation.override("en"):
        assert wording.day_in_french(date(2027, 2, 3)) == "3 février 2027"


def test_every_way_to_pay_has_the_words_of_the_form() -> None:
    assert set(wording.PAYMENT_MODES) == set(Method)


def test_the_fine_that_was_struck_down_is_not_printed() -> None:
    assert not any("25 %" in note for note in wording.NOTES)
