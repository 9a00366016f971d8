"""What the group Communication may do with pages and pictures, and what nobody does by accident."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from wagtail.images.models import Image
from wagtail.models import Page
from wagtail.permissions import policy_registry

from tests.cms_pages.pages import a_campaign_page, a_picture, a_standard_page, the_home
from tests.factories import bruno, claire

pytestmark = pytest.mark.django_db

NO_COMMENTS = {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}


def may(user: User, action: str) -> bool:
    """Whether the user may do this with some picture."""
    policy = policy_registry.get_by_type(Image)
    return bool(policy.user_has_permission(user, action))


def test_bruno_writes_publishes_and_deletes_pages() -> None:
    user = bruno()
    rights = a_campaign_page().permissions_for_user(user)

    assert rights.can_edit()
    assert rights.can_publish()
    assert rights.can_unpublish()
    assert rights.can_delete()
    assert the_home().permissions_for_user(user).can_add_subpage()


def test_bruno_keeps_the_pictures() -> None:
    user = bruno()

    assert all(may(user, action) for action in ("add", "change", "delete", "choose"))


def test_bruno_does_not_keep_the_users() -> None:
    user = bruno()

    assert user.has_perm("wagtailadmin.access_admin")
    assert not user.has_perm("auth.change_user")
    assert not user.has_perm("auth.add_group")


def test_claire_publishes_nothing() -> None:
    user = claire()
    rights = a_campaign_page().permissions_for_user(user)

    assert not rights.can_edit()
    assert not rights.can_publish()
    assert not may(user, "add")


@pytest.mark.parametrize("kind", ["campaignpage", "standardpage"])
def test_bruno_begins_a_page(brunos_browser: Client, kind: str) -> None:
    response = brunos_browser.get(f"/admin/pages/add/cms_pages/{kind}/{the_home().pk}/")

    assert response.status_code == 200


def test_bruno_opens_the_home_page(brunos_browser: Client) -> None:
    html = brunos_browser.get(f"/admin/pages/{the_home().pk}/edit/").content.decode()

    assert "L’accueil montre son image, sa jauge et son bouton de don." in html


def test_bruno_opens_the_form_of_a_campaign_page_with_its_story(brunos_browser: Client) -> None:
    story = [("heading", "Un lieu"), ("gauge", None)]
    page = a_campaign_page(picture=a_picture(), picture_alt="Un lieu", story=story)

    html = brunos_browser.get(f"/admin/pages/{page.pk}/edit/").content.decode()

    assert "Ses dates, son objectif et ses montants se règlent dans le menu Campagnes." in html
    assert "Obligatoire s’il y a une image." in html


def publish(browser: Client, page: Page, **fields: str) -> None:
    """Send the form of a page without story."""
    facts = {"title": page.title, "slug": page.slug, "story-count": "0", "action-publish": "action-publish"}
    browser.post(f"/admin/pages/{page.pk}/edit/", {**facts, **NO_COMMENTS, **fields})


def test_bruno_publishes_what_he_wrote(brunos_browser: Client) -> None:
    page = a_campaign_page()

    publish(brunos_browser, page, lead="Écrit par Bruno.", campaign=str(page.campaign_id))

    page.refresh_from_db()
    assert page.lead == "Écrit par Bruno."
    assert page.live


def test_a_page_without_campaign_is_not_published_from_the_form(brunos_browser: Client) -> None:
    page = a_campaign_page(campaign=None, live=False)

    publish(brunos_browser, page, lead="Écrit par Bruno.", campaign="")

    page.refresh_from_db()
    assert not page.live


def test_a_draft_may_wait_for_its_campaign(brunos_browser: Client) -> None:
    page = a_campaign_page(campaign=None, live=False)
    facts = {"title": page.title, "slug": page.slug, "lead": "Bientôt.", "campaign": "", "story-count": "0"}

    brunos_browser.post(f"/admin/pages/{page.pk}/edit/", {**facts, **NO_COMMENTS})

    page.refresh_from_db()
    assert page.get_latest_revision_as_object().lead == "Bientôt."


def test_home_can_be_neither_deleted_nor_unpublished(brunos_browser: Client) -> None:
    home = the_home()

    for action in ("delete", "unpublish"):
        response = brunos_browser.post(f"/admin/pages/{home.pk}/{action}/", follow=True)
        assert "ne peut être ni supprimée ni dépubliée" in response.content.decode()

    assert the_home().live


@pytest.mark.parametrize("action", ["delete", "unpublish"])
def test_home_cannot_go_with_several_pages_at_once(brunos_browser: Client, action: str) -> None:
    home, other = the_home(), a_standard_page()

    brunos_browser.post(f"/admin/bulk/wagtailcore/page/{action}/?next=/admin/&id={home.pk}&id={other.pk}")

    assert the_home().live
    other.refresh_from_db()
    assert other.live


def test_another_page_can_be_deleted(brunos_browser: Client) -> None:
    page = a_standard_page()

    brunos_browser.post(f"/admin/pages/{page.pk}/delete/")

    assert not Page.objects.filter(pk=page.pk).exists()


def test_several_other_pages_can_be_unpublished(brunos_browser: Client) -> None:
    page = a_standard_page()

    brunos_browser.post(f"/admin/bulk/wagtailcore/page/unpublish/?next=/admin/&id={page.pk}")

    page.refresh_from_db()
    assert not page.live


def test_bruno_previews_a_campaign_page(brunos_browser: Client) -> None:
    page = a_campaign_page(story=[("gauge", None)])
    page.save_revision()

    response = brunos_browser.get(f"/admin/pages/{page.pk}/view_draft/")

    assert response.status_code == 200
    assert "gauge__raised" in response.content.decode()


def test_a_preview_obeys_the_public_policy_and_may_stand_in_our_own_frame(brunos_browser: Client) -> None:
    page = a_campaign_page()
    page.save_revision()
    public = brunos_browser.get(page.get_url())["Content-Security-Policy"]

    preview = brunos_browser.get(f"/admin/pages/{page.pk}/view_draft/")["Content-Security-Policy"]

    assert "frame-ancestors 'none'" in public
    assert preview == public.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


def test_only_who_may_enter_the_office_gets_the_user_bar(client: Client, brunos_browser: Client) -> None:
    page = a_campaign_page()
    client.force_login(User.objects.create_user("nobody", "n@example.org", "a long pass phrase"))

    bar = {"visitor": Client(), "nobody": client, "bruno": brunos_browser}
    shown = {name: "wagtail-userbar" in browser.get(page.get_url()).text for name, browser in bar.items()}

    assert shown == {"visitor": False, "nobody": False, "bruno": True}
    assert f"/admin/pages/{page.pk}/edit/" in brunos_browser.get(page.get_url()).text


@pytest.mark.parametrize("address", ["/", "/mentions-legales/"])
def test_every_kind_of_page_leads_to_its_editor(brunos_browser: Client, address: str) -> None:
    a_standard_page()

    assert "wagtail-userbar" in brunos_browser.get(address).text


def test_claires_user_bar_offers_no_editing() -> None:
    page = a_campaign_page()
    browser = Client()
    browser.force_login(claire())

    assert f"/admin/pages/{page.pk}/edit/" not in browser.get(page.get_url()).text
