"""The first page of the admin: the gauge for everybody, the books' state for the treasurer."""

from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from donors.campaigns.models import PARIS
from donors.office.dashboard import campaigns_to_show, treasury_figures
from tests.donors.accounting.issued import an_issued_receipt
from tests.donors.office.test_alarms import an_alarm
from tests.donors.office.test_events import an_event
from tests.factories import a_campaign, a_donation, a_donor, a_paid_donation

HOME = "/admin/"


def test_bruno_sees_the_gauge_and_no_donor(brunos_browser: Client) -> None:
    gift = a_paid_donation(campaign=a_campaign(name="Campagne de juin"), amount_cents=500_000)

    page = brunos_browser.get(HOME).text

    assert "5\u202f000\u00a0€ collectés sur 20\u202f000\u00a0€, soit 25\u00a0%" in page.replace(
        "&nbsp;", "\u00a0"
    )
    assert gift.donor.last_name not in page
    assert gift.donor.email not in page
    assert "Dons des sept derniers jours" not in page


def test_claire_sees_what_needs_her(claires_browser: Client) -> None:
    a_paid_donation(amount_cents=5050)

    page = claires_browser.get(HOME).text

    assert "1 don, 50,50\u00a0€" in page
    assert "/admin/tresorerie/dons/?receipt=waiting" in page


def test_figures_link_to_the_rows_that_they_count(claires_browser: Client) -> None:
    campaign = a_campaign()
    for hold in ("", "mismatch"):
        a_paid_donation(campaign=campaign, donor=a_donor(city=""), hold=hold)
    an_event(1, state="failed")
    an_alarm()

    found = treasury_figures(timezone.now())

    for path, count in (
        (f"/admin/tresorerie/dons/?credited_from={found.since:%Y-%m-%d}", found.gifts),
        ("/admin/tresorerie/dons/?receipt=waiting", found.waiting),
        ("/admin/tresorerie/dons/?hold=mismatch", found.held),
        ("/admin/tresorerie/evenements/?state=failed", found.failed_events),
        ("/admin/tresorerie/alertes/?state=standing", found.alarms),
    ):
        assert len(claires_browser.get(path).context["object_list"]) == count > 0
        assert path in claires_browser.get(HOME).text


def test_only_money_of_this_mode_and_these_days_is_counted(db: None) -> None:
    campaign = a_campaign()
    now = datetime(2026, 6, 8, 0, 30, tzinfo=PARIS)
    a_paid_donation(
        campaign=campaign, amount_cents=1000, credited_at=datetime(2026, 6, 2, 0, 0, tzinfo=PARIS)
    )
    a_paid_donation(
        campaign=campaign, amount_cents=200, credited_at=datetime(2026, 6, 1, 23, 59, tzinfo=PARIS)
    )
    a_paid_donation(campaign=campaign, amount_cents=30, credited_at=now, livemode=True)
    an_event(1, state="failed", livemode=True)

    found = treasury_figures(now)

    assert (found.gifts, found.gifts_cents, found.failed_events) == (1, 1000, 0)


def test_a_gift_waits_until_its_receipt_is_issued(db: None) -> None:
    campaign = a_campaign()
    an_issued_receipt(campaign=campaign)
    a_paid_donation(campaign=campaign)
    a_paid_donation(campaign=campaign, wants_receipt=False)
    a_donation(campaign=campaign)

    assert treasury_figures(timezone.now()).waiting == 1


def test_the_figures_take_eight_queries(db: None) -> None:
    campaign = a_campaign()
    for _ in range(5):
        a_paid_donation(campaign=campaign)

    with CaptureQueriesContext(connection) as queries:
        treasury_figures(timezone.now())

    assert len(queries) == 8


def test_running_campaigns_are_shown_before_those_that_ended(db: None) -> None:
    today = timezone.now().astimezone(PARIS).date()
    ended = a_campaign(starts_on=today - timedelta(days=60), ends_on=today - timedelta(days=31))
    assert campaigns_to_show(timezone.now()) == [ended]

    running = a_campaign()
    assert campaigns_to_show(timezone.now()) == [running]


def test_without_a_campaign_there_is_no_panel(brunos_browser: Client) -> None:
    page = brunos_browser.get(HOME)

    assert page.status_code == 200
    assert "collectés" not in page.text


def test_a_campaign_that_ended_and_one_to_come_say_so(brunos_browser: Client) -> None:
    today = timezone.now().astimezone(PARIS).date()
    campaign = a_campaign(starts_on=today - timedelta(days=60), ends_on=today - timedelta(days=31))
    assert f"terminée le {campaign.ends_on:%d/%m/%Y}" in brunos_browser.get(HOME).text

    campaign.starts_on, campaign.ends_on = today + timedelta(days=3), today + timedelta(days=9)
    campaign.save()
    cache.clear()
    assert f"ouvre le {campaign.starts_on:%d/%m/%Y}" in brunos_browser.get(HOME).text
