"""Small buttons that do one thing to one row: a POST, logged with who pressed, then back to where one was."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import View
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

log = logging.getLogger(__name__)


class PressView(PermissionCheckedMixin, View):
    """A subclass says which rows there are, what happens, and what the person reads then."""

    http_method_names = ["post"]
    permission_required = "change"
    index_name = ""
    done = ""
    not_done = ""

    def rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    def press(self, row: Any) -> bool:
        """Do it, idempotent; False if there was nothing to do any more."""
        raise NotImplementedError

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(self.rows(), pk=pk)
        if self.press(row):
            log.info("User %s: %s, %s %s", request.user.pk, type(self).__name__, row._meta.model_name, row.pk)
            messages.success(request, self.done)
        else:
            messages.warning(request, self.not_done)
        return redirect(self._way_back())

    def _way_back(self) -> str:
        """The list as it was filtered, if the form says so and it is ours; else the whole list."""
        index = reverse(self.index_name)
        wanted = self.request.POST.get("next", "")
        host = self.request.get_host()
        ours = url_has_allowed_host_and_scheme(wanted, {host}, require_https=self.request.is_secure())
        return wanted if ours and wanted.startswith(index) else index


class PressColumn(Column):
    """A cell with one button, for the rows that `offered` names; empty for whoever may not press it."""

    cell_template_name = "office/press_cell.html"

    def __init__(
        self, name: str, label: str, *, url_name: str, permission: str, offered: Callable[[Any], bool]
    ) -> None:
        super().__init__(name, label="", accessor="pk")
        self.button_label = label
        self.url_name = url_name
        self.permission = permission
        self.offered = offered

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        request: HttpRequest = parent_context["request"]
        may = self.offered(instance) and request.user.has_perm(self.permission)
        return {
            **context,
            "address": reverse(self.url_name, args=[instance.pk]) if may else "",
            "button_label": self.button_label,
            "row": instance,
            "csrf_token": get_token(request),  # a cell has no context of its own
            "back": f"{reverse(self._index())}{_query(request)}",
        }

    def _index(self) -> str:
        return f"{self.url_name.split(':')[0]}:index"


def _query(request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return f"?{query}" if query else ""
