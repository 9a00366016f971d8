from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donors.money import (
    FIXED_SPACE,
    NARROW_SPACE,
    AmountError,
    format_amount,
    format_euros,
    in_words,
    parse_euros,
    plain_amount,
)
from tests.exhaustive import grammar
from tests.exhaustive.words import dense_sample, differences

CENTS = st.integers(min_value=0, max_value=99_999_999_999)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("25", 2500),
        ("25,50", 2550),
        ("25.50", 2550),
        ("25,5", 2550),
        ("25,", 2500),
        ("1 000,50 €", 100_050),
        (f"1{NARROW_SPACE}000,50{FIXED_SPACE}€", 100_050),
        ("1000,50", 100_050),
        ("  12 euros ", 1200),
        ("12 EUR", 1200),
        ("€ 12", 1200),
        ("0012", 1200),
        ("0,01", 1),
        ("0", 0),
    ],
)
def test_what_people_type_becomes_cents(typed: str, cents: int) -> None:
    assert parse_euros(typed) == cents


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Indiquez un montant"),
        ("   ", "Indiquez un montant"),
        ("€", "Indiquez un montant"),
        ("-5", "supérieur à zéro"),
        ("\u22125", "supérieur à zéro"),
        ("dix", "en chiffres"),
        ("12a", "en chiffres"),
        ("1e3", "en chiffres"),
        ("0x10", "en chiffres"),
        ("1,000.50", "en chiffres"),
        ("10 00", "en chiffres"),
        ("1_000", "en chiffres"),
        ("٣", "en chiffres"),
        ("½", "en chiffres"),
        ("NaN", "en chiffres"),
        ("1,005", "deux chiffres après la virgule"),
        ("1234567890", "trop grand"),
        ("9" * 400, "trop grand"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(AmountError, match=sentence):
        parse_euros(typed)


@given(CENTS)
def test_what_we_print_can_be_typed_back(cents: int) -> None:
    for printed in (format_euros(cents), format_amount(cents), plain_amount(cents)):
        assert parse_euros(printed) == cents


@given(st.text(max_size=30))
def test_any_text_is_a_whole_number_of_cents_or_refused(typed: str) -> None:
    try:
        cents = parse_euros(typed)
    except AmountError:
        return
    assert type(cents) is int
    assert 0 <= cents < 100_000_000_000


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_every_cent_is_printed_even_where_a_float_would_round(cents: int) -> None:
    digits = plain_amount(cents).replace(",", "").replace("-", "")
    assert int(digits) == abs(cents)
    assert plain_amount(cents).startswith("-") == (cents < 0)


@pytest.mark.parametrize(
    ("cents", "printed"),
    [
        (5000, f"50{FIXED_SPACE}€"),
        (5050, f"50,50{FIXED_SPACE}€"),
        (1, f"0,01{FIXED_SPACE}€"),
        (123_456_789, f"1{NARROW_SPACE}234{NARROW_SPACE}567,89{FIXED_SPACE}€"),
        (-5000, f"\u221250{FIXED_SPACE}€"),
    ],
)
def test_euros_are_printed_as_in_french(cents: int, printed: str) -> None:
    assert format_euros(cents) == printed


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "zéro euro"),
        (1, "un centime"),
        (2, "deux centimes"),
        (50, "cinquante centimes"),
        (100, "un euro"),
        (101, "un euro et un centime"),
        (200, "deux euros"),
        (2100, "vingt et un euros"),
        (7100, "soixante et onze euros"),
        (8000, "quatre-vingts euros"),
        (8100, "quatre-vingt-un euros"),
        (9100, "quatre-vingt-onze euros"),
        (10_000, "cent euros"),
        (10_100, "cent un euros"),
        (18_000, "cent quatre-vingts euros"),
        (20_000, "deux cents euros"),
        (100_000, "mille euros"),
        (120_000, "mille deux cents euros"),
        (8_000_000, "quatre-vingt mille euros"),
        (20_000_000, "deux cent mille euros"),
        (100_000_000, "un million d’euros"),
        (200_000_000, "deux millions d’euros"),
        (100_000_100, "un million un euros"),
        (8_000_000_000, "quatre-vingts millions d’euros"),
        (20_000_000_000, "deux cents millions d’euros"),
        (8_000_000_000 + 8_000_000, "quatre-vingts millions quatre-vingt mille euros"),
        (
            99_999_999,
            "neuf cent quatre-vingt-dix-neuf mille neuf cent quatre-vingt-dix-neuf euros et "
            "quatre-vingt-dix-neuf centimes",
        ),
        (123_456, "mille deux cent trente-quatre euros et cinquante-six centimes"),
        (5_000, "cinquante euros"),
    ],
)
def test_an_amount_in_words_is_correct_french(cents: int, words: str) -> None:
    assert in_words(cents) == words
    assert grammar.spelt(cents) == words  # two methods that agree may both be wrong: these are read by people


def test_words_agree_with_a_second_grammar_at_every_edge_and_in_a_dense_sample() -> None:
    """`make amount-words` compares every cent to 100 000 € and every euro to 999 999."""
    assert list(islice(differences(dense_sample()), 5)) == []


@given(CENTS)
def test_words_agree_with_a_second_grammar_for_any_amount(cents: int) -> None:
    assert list(differences([cents])) == []


def test_the_comparison_sees_a_wrong_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(grammar.TENS, 3, "trantre")
    grammar.named.cache_clear()

    assert list(differences([3_100])) == [
        "3100: 'trente et un euros', the grammar says 'trantre et un euros'"
    ]
    grammar.named.cache_clear()


@given(CENTS)
def test_words_are_words_for_every_amount(cents: int) -> None:
    words = in_words(cents)
    assert not any(c.isdigit() for c in words)
    assert ("euro" in words) or ("centime" in words)


@given(CENTS, CENTS)
def test_two_amounts_never_read_the_same(one: int, other: int) -> None:
    assert (in_words(one) == in_words(other)) == (one == other)


@pytest.mark.parametrize("cents", [-1, 100_000_000_000])
def test_there_are_no_words_outside_the_bounds(cents: int) -> None:
    with pytest.raises(ValueError, match="no words"):
        in_words(cents)
