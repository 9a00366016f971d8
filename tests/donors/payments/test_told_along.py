"""Whose object it is, by what Stripe was told along with it."""

from uuid import UUID, uuid4

import pytest
from django.conf import settings

from donors.payments.errors import NotYetHere
from donors.payments.gateway.connection import APP
from donors.payments.told_along import named_uuid, uuid_or_none

OURS = UUID("6f7e4b7a-2f0e-4a75-9d4c-2f2f9a9d7c01")


def told(**over: str) -> dict[str, str]:
    return {"app": APP, "site": settings.SITE_URL, "donation": str(OURS), **over}


def test_our_own_object_names_its_row() -> None:
    assert named_uuid(told(), "donation") == OURS


@pytest.mark.parametrize("over", [{"app": "shop"}, {"site": "https://other.example.org"}])
def test_an_object_of_another_site_names_nothing_of_ours(over: dict[str, str]) -> None:
    assert named_uuid(told(**over), "donation") is None


def test_an_object_of_another_kind_names_nothing() -> None:
    assert named_uuid(told(), "monthly_gift") is None
    assert named_uuid({}, "donation") is None


def test_what_says_it_is_ours_and_makes_no_sense_is_looked_at_again() -> None:
    with pytest.raises(NotYetHere, match="donation nonsense"):
        named_uuid(told(donation="nonsense"), "donation")


@pytest.mark.parametrize("text", ["", "nonsense", None, 7])
def test_what_somebody_typed_at_the_dashboard_is_no_uuid(text: object) -> None:
    assert uuid_or_none(text) is None


def test_a_uuid_is_read_from_its_text() -> None:
    one = uuid4()
    assert uuid_or_none(str(one)) == uuid_or_none(one) == one
