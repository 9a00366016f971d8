"""What the page editor must not do by accident."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.models import Page

from cms_pages.models import HomePage

REFUSAL = "La page d’accueil ne peut être ni supprimée ni dépubliée : sans elle, le site n’a plus d’adresse."


@hooks.register("before_delete_page")
@hooks.register("before_unpublish_page")
def keep_home(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Everything hangs from the home page, so it stays."""
    if not isinstance(page.specific, HomePage):
        return None
    messages.error(request, REFUSAL)
    return redirect("wagtailadmin_explore", page.pk)


@hooks.register("before_bulk_action")
def keep_home_in_bulk(
    request: HttpRequest, action_type: str, objects: Sequence[object], action: object
) -> HttpResponse | None:
    """The same for several pages at once."""
    if action_type not in {"delete", "unpublish"}:
        return None
    homes = [page for page in objects if isinstance(page, Page) and isinstance(page.specific, HomePage)]
    return keep_home(request, homes[0]) if homes else None
