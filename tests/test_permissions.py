"""Every address of the office with every role. The addresses are collected from what is registered, so a new
one without a line here fails the first test."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page

from donors.gifts.models import Donation
from tests.donors.accounting.issued import a_stored_receipt
from tests.donors.office.test_alarms import an_alarm
from tests.donors.office.test_events import an_event
from tests.donors.office.test_payouts import a_payout
from tests.donors.office.test_yearly import LAST_YEAR, a_run
from tests.factories import a_campaign, a_monthly_gift, bruno, claire

pytestmark = pytest.mark.django_db

BOTH = {"claire", "admin"}
ADMIN = {"admin"}
EVERYBODY = {"bruno", "claire", "admin"}

# Who is let in; everybody else is sent away. Anonymous visitors and staff without a group never stand here.
ALLOWED = {
    "office_gifts:index": BOTH,
    "office_gifts:index_results": BOTH,
    "office_gifts:inspect": BOTH,
    "office_gifts:refund": BOTH,
    "office_gifts:issue_receipt": BOTH,
    "office_monthly:index": BOTH,
    "office_monthly:index_results": BOTH,
    "office_monthly:inspect": BOTH,
    "office_monthly:stop": BOTH,
    "office_monthly:pause": BOTH,
    "office_monthly:resume": BOTH,
    "office_monthly:amount": BOTH,
    "office_donors:index": BOTH,
    "office_donors:index_results": BOTH,
    "office_donors:inspect": BOTH,
    "office_receipts:index": BOTH,
    "office_receipts:index_results": BOTH,
    "office_receipts:inspect": BOTH,
    "office_receipts:pdf": BOTH,
    "office_receipts:zip": BOTH,
    "office_receipts:cancel": BOTH,
    "office_receipts:replace": BOTH,
    "office_receipts:resend": BOTH,
    "office_receipts:control": BOTH,
    "office_register:index": BOTH,
    "office_register:file": BOTH,
    "office_declaration:index": BOTH,
    "office_declaration:proof": BOTH,
    "office_yearly:index": BOTH,
    "office_yearly:preview": BOTH,
    "office_yearly:start": BOTH,
    "office_yearly:run": BOTH,
    "office_yearly:retry": BOTH,
    "office_incomplete:index": BOTH,
    "office_incomplete:write_all": BOTH,
    "office_incomplete:write": BOTH,
    "office_payouts:index": BOTH,
    "office_payouts:index_results": BOTH,
    "office_payouts:inspect": BOTH,
    "office_payouts:lines": BOTH,
    "office_payouts:reconcile": BOTH,
    "office_events:index": BOTH,
    "office_events:index_results": BOTH,
    "office_events:retry": BOTH,
    "office_events:retry_follow_ups": BOTH,
    "office_alarms:index": BOTH,
    "office_alarms:index_results": BOTH,
    "office_alarms:settle": BOTH,
    "office_protection:index": BOTH,
    "office_protection:switch": BOTH,
    "office_organisations:index": BOTH,
    "office_organisations:index_results": BOTH,
    "office_organisations:add": ADMIN,
    "office_organisations:edit": BOTH,
    "office_organisations:history": BOTH,
    "office_organisations:history_results": BOTH,
    "office_tax_rules:index": BOTH,
    "office_campaigns:index": EVERYBODY,
    "office_campaigns:index_results": EVERYBODY,
    "office_campaigns:add": ADMIN,
    "office_campaigns:edit": {"bruno", "admin"},
    "office_campaigns:delete": ADMIN,
    "office_campaigns:history": {"bruno", "admin"},
    "office_campaigns:history_results": {"bruno", "admin"},
}

EXPORTS = {
    f"office_{rows}:{view}"
    for rows in ("gifts", "monthly", "receipts")
    for view in ("index", "index_results")
}
BUTTONS = {"office_events:retry", "office_alarms:settle"}
# POST alone; who may press the others is in test_payouts.py, test_follow_ups.py and test_yearly.py.
PRESSED = BUTTONS | {"office_payouts:reconcile", "office_events:retry_follow_ups"}
PRESSED |= {"office_yearly:start", "office_yearly:retry"}
READING = {"index", "index_results", "inspect", "pdf", "zip"}

# Addresses that show something only when asked with a year.
ASKED_WITH = {"office_yearly:preview": {"annee": str(LAST_YEAR)}}

ROLES = ["anonymous", "nobody", "bruno", "claire", "admin"]


def addresses() -> dict[str, tuple[str, str]]:
    """Name → module of the view and path, for every address of the site."""
    return dict(_walk(get_resolver().url_patterns, "/", ""))


def _walk(
    patterns: list[URLPattern | URLResolver], prefix: str, space: str
) -> Iterator[tuple[str, tuple[str, str]]]:
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, path, ":".join(filter(None, (space, entry.namespace))))
        else:
            view = getattr(entry.callback, "view_class", entry.callback)
            yield f"{space}:{entry.name}", (view.__module__, path)


def office_addresses() -> dict[str, str]:
    """Wagtail's own views stand under our namespaces too, e.g. the history of a campaign."""
    return {
        name: path.replace("<int:pk>", "{pk}").replace("<str:file_format>", "csv")
        for name, (module, path) in addresses().items()
        if name.startswith("office_") or module.startswith("donors.office")
    }


def browser_of(role: str) -> Client:
    people = {
        "nobody": lambda: User.objects.create_user(
            "nobody", "n@example.org", "a long pass phrase", is_staff=True
        ),
        "bruno": bruno,
        "claire": claire,
        "admin": lambda: User.objects.create_superuser("admin", "a@example.org"),
    }
    client = Client()
    if role in people:
        client.force_login(people[role]())
    return client


def key_for(name: str, gift: Donation) -> int:
    return {
        "office_gifts": gift.pk,
        "office_monthly": a_monthly_gift(donor=gift.donor, campaign=gift.campaign).pk,
        "office_donors": gift.donor_id,
        "office_receipts": gift.receipt_lines.get().receipt_id,
        "office_register": gift.receipt_lines.get().receipt.series_id,
        "office_declaration": 1,
        "office_campaigns": gift.campaign_id,
        "office_organisations": gift.campaign.organisation_id,
        "office_yearly": a_run(gift.campaign.organisation).pk,
        "office_incomplete": gift.pk,
        "office_payouts": a_payout().pk,
        "office_events": 1,
        "office_alarms": 1,
        "office_protection": 1,
        "office_tax_rules": 1,
    }[name.split(":")[0]]


def test_every_address_of_the_office_is_known_here() -> None:
    assert set(office_addresses()) == set(ALLOWED)


def test_the_walk_finds_views_by_their_module_as_well() -> None:
    assert addresses()["office_receipts:pdf"][0] == "donors.office.downloads"
    rooms = ("/admin/tresorerie/", "/admin/campagnes/")
    assert all(path.startswith(rooms) for path in office_addresses().values())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", ALLOWED)
def test_each_role_enters_where_it_may_and_nowhere_else(name: str, role: str) -> None:
    gift = a_stored_receipt().lines.get().donation
    path = office_addresses()[name].format(pk=key_for(name, gift))

    response = browser_of(role).get(path, ASKED_WITH.get(name, {}))

    if role in ALLOWED[name]:
        kept = name == "office_campaigns:delete"  # a campaign with gifts: sent back with the reason
        expected = HTTPStatus.METHOD_NOT_ALLOWED if name in PRESSED else HTTPStatus.OK
        assert response.status_code == (HTTPStatus.FOUND if kept else expected)
    elif role in {"anonymous", "nobody"}:
        assert response.status_code == HTTPStatus.FOUND
        assert response["Location"].startswith("/admin/login/")
    else:
        assert (response.status_code, response["Location"]) == (HTTPStatus.FOUND, "/admin/")
    if role not in BOTH:
        assert gift.donor.email not in response.text


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_only_the_treasury_exports(name: str, role: str) -> None:
    gift = a_stored_receipt().lines.get().donation
    a_monthly_gift(donor=gift.donor, campaign=gift.campaign)

    response = browser_of(role).get(office_addresses()[name], {"export": "csv"})

    exported = getattr(response, "streaming", False) and gift.donor.email in response.getvalue().decode()
    assert exported == (role in BOTH)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_writes_through_a_page_that_only_reads(role: str) -> None:
    gift = a_stored_receipt().lines.get().donation
    browser = browser_of(role)
    reading = [
        name for name in ALLOWED if name.split(":")[1] in {"index", "index_results", "inspect", "pdf", "zip"}
    ]

    for name in reading:
        answer = browser.post(office_addresses()[name].format(pk=key_for(name, gift)))
        assert answer.status_code in {HTTPStatus.FOUND, HTTPStatus.METHOD_NOT_ALLOWED}, name
    assert Donation.objects.get().status == "succeeded"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", sorted(BUTTONS))
def test_only_the_treasury_presses_its_buttons(name: str, role: str) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    event, alarm = an_event(1, state="failed", next_try_at=tomorrow), an_alarm()
    key = event.pk if name == "office_events:retry" else alarm.pk

    browser_of(role).post(office_addresses()[name].format(pk=key))

    event.refresh_from_db()
    alarm.refresh_from_db()
    touched = {
        "office_events:retry": event.next_try_at != tomorrow,
        "office_alarms:settle": alarm.resolved_at is not None,
    }
    assert touched == {other: other == name and role in BOTH for other in BUTTONS}


def test_claire_neither_edits_nor_publishes_pages() -> None:
    page = Page.objects.filter(depth=2).first() or Page.get_first_root_node()
    browser = browser_of("claire")

    for path in (
        f"/admin/pages/{page.pk}/edit/",
        f"/admin/pages/{page.pk}/add_subpage/",
        f"/admin/pages/{page.pk}/unpublish/",
        f"/admin/pages/{page.pk}/delete/",
        "/admin/images/",
        "/admin/images/add/",
        "/admin/documents/",
        "/admin/users/",
        "/admin/sites/",
    ):
        assert browser.get(path).status_code == HTTPStatus.FOUND, path
    assert not GroupPagePermission.objects.filter(group__name="Trésorerie").exists()


def test_bruno_sees_no_donor_anywhere() -> None:
    campaign = a_campaign()
    gift = a_stored_receipt(campaign=campaign).lines.get().donation
    browser = browser_of("bruno")

    for path in (
        "/admin/",
        "/admin/campagnes/",
        f"/admin/campagnes/edit/{campaign.pk}/",
        f"/admin/campagnes/history/{campaign.pk}/",
        "/admin/pages/",
        "/admin/reports/site-history/",
    ):
        text = browser.get(path, follow=True).text
        for secret in (gift.donor.last_name, gift.donor.email, gift.stripe_charge_id):
            assert secret not in text, path


def test_the_menu_offers_each_role_its_own_rooms() -> None:
    menus = {role: browser_of(role).get("/admin/").text for role in ("bruno", "claire", "admin")}

    assert "/admin/tresorerie/" not in menus["bruno"]
    assert "/admin/campagnes/" in menus["bruno"]
    for role in ("claire", "admin"):
        assert "/admin/tresorerie/dons/" in menus[role]
        assert "/admin/tresorerie/recus/" in menus[role]


def test_the_groups_hold_these_permissions_on_our_tables_and_no_other() -> None:
    def held(group: str) -> set[str]:
        found = Permission.objects.filter(group__name=group, content_type__app_label="donors")
        return set(found.values_list("codename", flat=True))

    treasury = held("Trésorerie")
    assert {name for name in treasury if not name.startswith("view_")} == {
        "export_donation",
        "export_receipt",
        "export_payout",
        "change_organisation",
        "add_refund",
        "add_receipt",
        "change_receipt",
        "add_receiptrun",
        "add_letter",
        "change_monthlygift",
        "change_payout",
        "change_alarm",
        "change_stripeevent",
        "add_givingpause",
    }
    assert held("Communication") == {
        "view_campaign",
        "change_campaign",
        *(
            f"{verb}_{name}"
            for name in ("giftpreset", "goal")
            for verb in ("view", "add", "change", "delete")
        ),
    }
    for group in ("Trésorerie", "Communication"):
        assert Group.objects.get(name=group).permissions.filter(codename="access_admin").exists()


def test_permissions_made_by_the_migration_are_those_that_django_would_make() -> None:
    """One row per codename and table: the migration and Django's own step met the same ones."""
    rows = list(Permission.objects.values_list("content_type", "codename"))
    assert len(rows) == len(set(rows))
