"""Writing a gift down: once for each form, whatever happens at the same time."""

from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from donors.campaigns.models import Campaign
from donors.gifts.models import Donation, Status, SupportMessage
from donors.giving import begin
from donors.giving.begin import AlreadyGiven, GiftWishes, begin_gift
from donors.people.models import ConsentRecord, Donor
from donors.people.remember import DonorDetails
from tests.factories import a_campaign

AMINA = DonorDetails(kind="person", email="amina@example.org", first_name="Amina", last_name="Benali")


def wishes(**changed: object) -> GiftWishes:
    facts: dict[str, object] = {
        "amount_cents": 5000,
        "donor": AMINA,
        "wants_receipt": False,
        "anonymous": False,
        "message": "Bravo",
        "newsletter": True,
        "source": "",
    }
    return GiftWishes(**{**facts, **changed})  # type: ignore[arg-type]


def begin_one(campaign: Campaign, key: UUID, **changed: object) -> Donation:
    return begin_gift(campaign, wishes(**changed), key=key, at=timezone.now())


@pytest.mark.django_db
def test_the_key_is_the_gifts_own_uuid() -> None:
    key = uuid4()

    gift = begin_one(a_campaign(), key)

    assert (gift.uuid, gift.status, gift.livemode) == (key, Status.CREATED, False)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [Status.PROCESSING, Status.SUCCEEDED, Status.REVERSED])
def test_a_gift_whose_money_moved_is_never_rewritten(status: Status) -> None:
    campaign, key, now = a_campaign(), uuid4(), timezone.now()
    gift = begin_one(campaign, key)
    dated = {} if status == Status.PROCESSING else {"succeeded_at": now, "credited_at": now}
    Donation.objects.update(status=status, **dated)

    with pytest.raises(AlreadyGiven) as given:
        begin_one(campaign, key, amount_cents=9000, message="Autre", newsletter=False)

    assert given.value.donation == gift
    gift.refresh_from_db()
    assert gift.amount_cents == 5000
    assert SupportMessage.objects.get().text == "Bravo"
    assert ConsentRecord.objects.count() == 2


@pytest.mark.django_db
def test_a_gift_on_hold_is_never_rewritten() -> None:
    campaign, key = a_campaign(), uuid4()
    begin_one(campaign, key)
    Donation.objects.update(hold="mismatch")

    with pytest.raises(AlreadyGiven):
        begin_one(campaign, key, amount_cents=9000)


@pytest.mark.django_db
def test_a_failure_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **facts: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(begin, "record_consent", fail)
    campaign = a_campaign()

    with pytest.raises(RuntimeError):
        begin_one(campaign, uuid4())

    assert (Donation.objects.count(), Donor.objects.count(), SupportMessage.objects.count()) == (0, 0, 0)


def test_the_same_form_sent_by_five_clicks_at_once_is_one_gift(committed_db: None) -> None:
    campaign, key = a_campaign(), uuid4()
    together, gifts = Barrier(5), list[int]()

    def click() -> None:
        together.wait()
        try:
            gifts.append(begin_one(campaign, key).pk)
        finally:
            connection.close()

    clicks = [Thread(target=click) for _ in range(5)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()

    assert len(gifts) == 5
    assert Donation.objects.count() == len(set(gifts)) == 1
    assert SupportMessage.objects.count() == 1
