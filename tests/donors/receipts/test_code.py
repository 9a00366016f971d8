from urllib.parse import parse_qs, urlsplit

import pytest

from donors.receipts.code import ALPHABET, LENGTH, new_code, read_code, shown_code, verify_url


def test_a_code_has_sixty_bits_of_signs_that_nobody_misreads() -> None:
    codes = {new_code() for _ in range(200)}

    assert len(codes) == 200
    assert {len(code) for code in codes} == {LENGTH}
    assert set("".join(codes)) == set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)


def test_it_is_printed_in_groups() -> None:
    assert shown_code("7K3M9QTX2B4F") == "7K3M-9QTX-2B4F"


@pytest.mark.parametrize(
    "typed", ["7K3M-9QTX-2B40", "7k3m9qtx2b40", " 7K3M 9QTX 2B4O ", "7K3M\u20119QTX\u20112B4o"]
)
def test_it_is_read_however_it_was_typed(typed: str) -> None:
    assert read_code(typed) == "7K3M9QTX2B40"


def test_misread_signs_are_put_right() -> None:
    assert read_code("il0O") == "1100"


def test_the_address_carries_number_and_code() -> None:
    address = verify_url("https://dons.example.org/", number="2027-000123", code="7K3M9QTX2B4F")

    parts = urlsplit(address)
    assert (parts.netloc, parts.path) == ("dons.example.org", "/recus/verifier/")
    assert parse_qs(parts.query) == {"numero": ["2027-000123"], "code": ["7K3M9QTX2B4F"]}
