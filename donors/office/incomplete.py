"""Receipts that wait for a fact that only the donor knows: the list, and the letters that ask for it."""

import logging
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.generic import View
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet

from donors.gifts.models import Donation
from donors.letters.completion import PAUSE, Ask, asks, owe
from donors.letters.models import Letter
from donors.office.yearly_preview import PAGE
from donors.receipts.incomplete import who_is
from donors.tasks import send_completion_letters

log = logging.getLogger(__name__)


class _IncompleteView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    model = Letter
    any_permission_required = ["view"]
    header_icon = "mail"
    page_title = "Reçus à compléter"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def show(self, **words: Any) -> HttpResponse:
        context = self.get_context_data(days=PAUSE.days, may_write=self.user_has_permission("add"), **words)
        response: HttpResponse = self.render_to_response(context)
        return response


class IncompleteView(_IncompleteView):
    """Who waits, for what, with how much, and when they were written to."""

    template_name = "office/incomplete.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        at = timezone.now()
        everyone = asks(at=at)
        page = Paginator(everyone, PAGE).get_page(request.GET.get("p"))
        return self.show(
            page=page,
            rows=[(ask, ask.may_write(at=at)) for ask in page.object_list],
            donors=len(everyone),
            amount_cents=sum(ask.waiting.amount_cents for ask in everyone),
            writable=len(_writable(everyone, at=at)),
        )


class WriteView(_IncompleteView):
    """GET says how many letters would leave and to whom, POST notes them: the worker sends them."""

    any_permission_required = ["add"]
    template_name = "office/incomplete_letters.html"
    page_title = "Écrire aux donateurs"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        all_rows = {"url": reverse("office_incomplete:index"), "label": "Reçus à compléter"}
        return [*self.breadcrumbs_items, all_rows, {"url": "", "label": self.page_title}]

    def asked(self, at: datetime) -> list[Ask]:
        """One donor if the address names a gift, else everybody."""
        if "pk" not in self.kwargs:
            return asks(at=at)
        gifts = Donation.objects.in_site_mode().select_related("donor")
        donor = get_object_or_404(gifts, pk=self.kwargs["pk"]).donor
        found = asks(at=at, email_key=donor.email_key)
        return [ask for ask in found if who_is(ask.waiting.donor) == who_is(donor)]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        at = timezone.now()
        found = self.asked(at)
        writable = _writable(found, at=at)
        page = Paginator(writable, PAGE).get_page(request.GET.get("p"))
        return self.show(page=page, writable=len(writable), spared=len(found) - len(writable))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        at = timezone.now()
        noted = sum(owe(ask, at=at) for ask in self.asked(at))
        if noted:
            log.info("User %s has %s donors asked for missing facts", request.user.pk, noted)
            send_completion_letters.enqueue()
            letters = "1 lettre part" if noted == 1 else f"{noted} lettres partent"
            messages.success(request, f"{letters} dans un instant.")
        else:
            messages.info(request, "Aucune lettre à envoyer : tout le monde a déjà la sienne, ou a répondu.")
        return redirect("office_incomplete:index")


def _writable(found: list[Ask], *, at: datetime) -> list[Ask]:
    return [ask for ask in found if ask.may_write(at=at)]


class IncompleteMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("donors.view_letter"))


class IncompleteViewSet(ViewSet):
    name = "office_incomplete"
    url_prefix = "tresorerie/recus-a-completer"
    icon = "mail"
    menu_label = "Reçus à compléter"
    menu_item_class = IncompleteMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", IncompleteView.as_view(), name="index"),
            path("lettres/", WriteView.as_view(), name="write_all"),
            path("lettres/<int:pk>/", WriteView.as_view(), name="write"),
        ]
