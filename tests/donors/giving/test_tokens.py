"""Signed links and form keys: each opens one thing, for a limited time."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from donors.campaigns.models import Campaign
from donors.gifts.models import Donation
from donors.giving.tokens import (
    BadToken,
    ExpiredToken,
    Scope,
    link_token,
    read_form_key,
    read_link_token,
    sign_form_key,
)
from tests.factories import a_campaign, a_donation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("scope", Scope)
def test_a_token_opens_its_gift(scope: Scope) -> None:
    gift = a_donation()

    assert read_link_token(link_token(gift, scope), scope, at=timezone.now()) == gift


@pytest.mark.parametrize("scope", Scope)
def test_a_token_is_the_same_at_every_call(scope: Scope) -> None:
    gift = a_donation()
    first = link_token(gift, scope)

    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert link_token(Donation.objects.get(), scope) == first


def test_a_token_does_not_open_another_door() -> None:
    token = link_token(a_donation(), Scope.RESUME)

    with pytest.raises(BadToken):
        read_link_token(token, Scope.THANKS, at=timezone.now())


def test_another_gifts_signature_does_not_fit() -> None:
    amina, bruno = a_donation(), a_donation()
    signature = link_token(bruno, Scope.THANKS).split(".")[1]

    with pytest.raises(BadToken):
        read_link_token(f"{amina.uuid.hex}.{signature}", Scope.THANKS, at=timezone.now())


@pytest.mark.parametrize("token", ["", ".", "x.y", "a" * 5000, "\x00"])
def test_rubbish_is_no_token(token: str) -> None:
    with pytest.raises(BadToken):
        read_link_token(token, Scope.THANKS, at=timezone.now())


@pytest.mark.parametrize(
    ("scope", "life"), [(Scope.THANKS, timedelta(days=30)), (Scope.RESUME, timedelta(hours=24))]
)
def test_a_token_lives_from_the_donors_last_step(scope: Scope, life: timedelta) -> None:
    begun = timezone.now()
    gift = a_donation(created_at=begun)
    token = link_token(gift, scope)

    assert read_link_token(token, scope, at=begun + life) == gift
    late = begun + life + timedelta(seconds=1)
    with pytest.raises(ExpiredToken):
        read_link_token(token, scope, at=late)

    Donation.objects.update(opened_at=begun + timedelta(hours=1))
    assert read_link_token(token, scope, at=late) == gift


def test_the_token_of_a_gift_that_is_no_more_has_expired() -> None:
    gift = a_donation()
    token = link_token(gift, Scope.THANKS)
    Donation.objects.all().delete()

    with pytest.raises(ExpiredToken):
        read_link_token(token, Scope.THANKS, at=timezone.now())


def test_reading_a_token_is_one_query(django_assert_num_queries: object) -> None:
    gift = a_donation()
    token = link_token(gift, Scope.THANKS)

    with django_assert_num_queries(1):  # type: ignore[operator]
        found = read_link_token(token, Scope.THANKS, at=timezone.now())
        assert found.donor.email
        assert found.campaign.organisation.legal_name


def test_a_form_key_comes_back_as_its_uuid() -> None:
    campaign, uuid = a_campaign(), uuid4()

    assert read_form_key(sign_form_key(uuid, campaign), campaign) == uuid


@pytest.mark.parametrize("key", ["", "x", "{uuid}", "{uuid}.AAAA.BBBB"])
def test_a_forged_key_gives_a_new_uuid_each_time(key: str) -> None:
    campaign: Campaign = a_campaign()
    uuid = uuid4()
    forged = key.format(uuid=uuid.hex)

    found = {read_form_key(forged, campaign), read_form_key(forged, campaign)}
    assert len(found) == 2
    assert uuid not in found


def test_a_form_key_is_bound_to_its_campaign() -> None:
    uuid = uuid4()

    assert read_form_key(sign_form_key(uuid, a_campaign()), a_campaign()) != uuid


def test_a_form_key_is_forgotten_after_a_day() -> None:
    campaign, uuid = a_campaign(), uuid4()
    key = sign_form_key(uuid, campaign)

    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        assert read_form_key(key, campaign) == uuid
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert read_form_key(key, campaign) != uuid
