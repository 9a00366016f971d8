"""What a fresh database starts with, and what the data migrations do to one that is not fresh."""

from importlib import import_module

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Group, User
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page, Site

from cms_pages.models import HomePage
from tests.cms_pages.pages import a_campaign_page, the_home

pytestmark = pytest.mark.django_db

editors = import_module("cms_pages.migrations.0002_editors")
clean_start = import_module("cms_pages.migrations.0003_clean_start")


@pytest.fixture
def then() -> Apps:
    """The tables as a migration sees them: without the methods of Wagtail's models."""
    state = MigrationExecutor(connection).loader.project_state(("cms_pages", "0003_clean_start"))
    return state.apps


def test_there_is_one_site_with_our_home_and_nothing_of_wagtails() -> None:
    site = Site.objects.get()

    assert site.is_default_site
    assert isinstance(site.root_page.specific, HomePage)
    assert (site.hostname, site.port) == ("testserver", 80)
    assert list(Page.objects.filter(depth__gt=1)) == [site.root_page]


def test_there_are_our_two_groups_and_no_other() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == {"Communication", "Trésorerie"}


def test_granting_twice_grants_once(then: Apps) -> None:
    def count() -> tuple[int, int]:
        return GroupPagePermission.objects.count(), GroupCollectionPermission.objects.count()

    before = count()
    editors.grant(then, None)

    assert count() == before
    assert min(before) >= 6


def test_the_grants_make_the_group_where_it_is_missing(then: Apps) -> None:
    Group.objects.filter(name="Communication").delete()

    editors.grant(then, None)

    assert GroupPagePermission.objects.filter(group__name="Communication").count() == 6


def test_grants_can_be_taken_back_and_the_group_stays(then: Apps) -> None:
    editors.take_back(then, None)

    assert not GroupPagePermission.objects.filter(group__name="Communication").exists()
    assert Group.objects.filter(name="Communication").exists()


def test_going_back_gives_a_plain_page_and_going_forth_our_home_again(client: Client, then: Apps) -> None:
    a_campaign_page()
    root = the_home().pk

    clean_start.end(then, None)
    page = Page.objects.get(pk=root)
    assert type(page.specific) is Page
    assert page.numchild == 0

    clean_start.begin(then, None)
    assert the_home().pk == root == Site.objects.get().root_page_id
    assert client.get("/").status_code == 200


def test_a_site_that_somebody_began_is_left_alone(then: Apps) -> None:
    clean_start.end(then, None)
    Page.objects.filter(depth=2).update(title="Notre site")

    clean_start.begin(then, None)

    assert not HomePage.objects.exists()
    assert Page.objects.get(depth=2).title == "Notre site"


def test_a_group_with_people_in_it_is_not_removed(then: Apps) -> None:
    group = Group.objects.create(name="Editors")
    group.user_set.add(User.objects.create_user("ancienne"))

    clean_start.begin(then, None)

    assert Group.objects.filter(name="Editors").exists()
