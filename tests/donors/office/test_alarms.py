"""The treasurer's list of alarms."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from donors.payments.alarms import raise_alarm
from donors.payments.models import Alarm
from tests.factories import a_donation

LIST = "/admin/tresorerie/alertes/"


def an_alarm(number: int = 1, *, kind: Alarm.Kind = Alarm.Kind.DISPUTE, **over: Any) -> Alarm:
    facts: dict[str, Any] = {"text": f"Le don n° {number} est contesté.", "at": timezone.now(), **over}
    raise_alarm(kind, key=f"{kind}:dp_{number}", **facts)
    alarm: Alarm = Alarm.objects.get(key=f"{kind}:dp_{number}")
    return alarm


def listed(browser: Client, **query: Any) -> set[str]:
    response = browser.get(LIST, query)
    assert response.status_code == 200
    return {alarm.key for alarm in response.context["object_list"]}


def settle(browser: Client, alarm: Alarm) -> None:
    assert browser.post(f"{LIST}{alarm.pk}/settle/").status_code == 302
    alarm.refresh_from_db()


def test_an_empty_list_says_that_all_is_well(claires_browser: Client) -> None:
    assert "rien ne demande votre attention" in claires_browser.get(LIST).text


def test_an_alarm_says_what_it_is_and_leads_to_its_gift(claires_browser: Client) -> None:
    gift = a_donation()
    an_alarm(donation=gift)

    page = claires_browser.get(LIST).text

    assert "Le don n° 1 est contesté." in page
    assert "Contestation" in page
    assert "À voir" in page
    assert f'href="/admin/tresorerie/dons/{gift.pk}/"' in page


def test_claire_settles_it_under_her_name(
    claires_browser: Client, treasurer: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    alarm = an_alarm()

    settle(claires_browser, alarm)

    assert alarm.resolved_by == treasurer
    assert alarm.resolved_at is not None
    assert f"User {treasurer.pk}: SettleView, alarm {alarm.pk}" in caplog.text
    page = claires_browser.get(LIST).text
    assert "Alerte réglée." in page
    assert f"Réglée le {timezone.localtime(alarm.resolved_at):%d/%m/%Y} par claire" in page
    assert "/settle/" not in page


def test_who_settled_first_stays_named(
    claires_browser: Client, admins_browser: Client, treasurer: User
) -> None:
    alarm = an_alarm()
    settle(claires_browser, alarm)
    first = alarm.resolved_at

    settle(admins_browser, alarm)

    assert (alarm.resolved_by, alarm.resolved_at) == (treasurer, first)
    assert "était déjà réglée" in admins_browser.get(LIST).text


def test_alarms_can_be_narrowed_and_searched(claires_browser: Client) -> None:
    gift = a_donation()
    settle(claires_browser, an_alarm(1))
    an_alarm(2, kind=Alarm.Kind.PAYOUT, text="Le virement ne tombe pas juste.")
    an_alarm(3, donation=gift)

    assert listed(claires_browser) == {"dispute:dp_1", "payout:dp_2", "dispute:dp_3"}
    assert listed(claires_browser, state="standing") == {"payout:dp_2", "dispute:dp_3"}
    assert listed(claires_browser, state="settled") == {"dispute:dp_1"}
    assert listed(claires_browser, kind="payout") == {"payout:dp_2"}
    assert listed(claires_browser, q="virement") == {"payout:dp_2"}
    assert listed(claires_browser, q="dp_3") == {"dispute:dp_3"}
    assert listed(claires_browser, raised_to="2020-01-01") == set()


def test_a_gifts_number_finds_its_alarms(claires_browser: Client) -> None:
    gift = a_donation(pk=4711)
    an_alarm(1, donation=gift, text="À rembourser.")
    an_alarm(2)

    assert listed(claires_browser, q="4711") == {"dispute:dp_1"}


def test_the_newest_comes_first(claires_browser: Client) -> None:
    for number in (1, 2, 3):
        an_alarm(number)

    found = claires_browser.get(LIST).context["object_list"]

    assert [alarm.key for alarm in found] == ["dispute:dp_3", "dispute:dp_2", "dispute:dp_1"]


def test_the_list_takes_the_same_queries_for_one_row_and_for_thirty(claires_browser: Client) -> None:
    an_alarm(0, donation=a_donation())
    claires_browser.get(LIST)
    with CaptureQueriesContext(connection) as one:
        claires_browser.get(LIST)
    gift = a_donation()
    for number in range(1, 30):
        alarm = an_alarm(number, donation=gift)
        if number % 3 == 0:
            settle(claires_browser, alarm)
    claires_browser.get(LIST)
    with CaptureQueriesContext(connection) as thirty:
        assert len(listed(claires_browser)) == 30

    assert len(thirty) == len(one) <= 20


def test_the_button_works_as_a_browser_presses_it(treasurer: User) -> None:
    """With the token that the page holds; without it, it is a forged request."""
    alarm = an_alarm()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(treasurer)
    page = browser.get(LIST).text
    form = page.split(f'action="{LIST}{alarm.pk}/settle/"')[1].split("</form>")[0]
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)

    forged = browser.post(f"{LIST}{alarm.pk}/settle/")
    pressed = browser.post(f"{LIST}{alarm.pk}/settle/", {"csrfmiddlewaretoken": token[0]})

    assert (forged.status_code, pressed.status_code) == (403, 302)
    alarm.refresh_from_db()
    assert alarm.resolved_by == treasurer
