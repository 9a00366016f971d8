import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from donors.office.euros import EuroField, written_euros

cents = st.integers(1, 99_999_999)


@given(cents)
def test_what_is_shown_reads_back_to_the_same_cents(amount: int) -> None:
    field = EuroField()

    assert field.clean(field.prepare_value(amount)) == amount
    assert not field.has_changed(amount, written_euros(amount))


def test_whole_euros_are_shown_without_cents() -> None:
    assert (written_euros(5000), written_euros(1250), written_euros(5)) == ("50", "12,50", "0,05")


def test_what_was_typed_is_shown_again_as_it_was() -> None:
    assert EuroField().prepare_value("5,5 €") == "5,5 €"


def test_an_optional_amount_may_be_empty() -> None:
    assert EuroField(required=False).clean("") is None


@pytest.mark.parametrize("typed", ["", "abc", "1,234", "0", "-1"])
def test_what_is_no_amount_is_refused_and_counts_as_changed(typed: str) -> None:
    field = EuroField()

    with pytest.raises(ValidationError):
        field.clean(typed)
    assert field.has_changed(500, typed)
