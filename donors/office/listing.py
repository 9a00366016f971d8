"""Lists of money rows in the Wagtail admin: to read, search, filter and export, never to change."""

import logging
import tempfile
from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from donors.accounting.csv_file import csv_lines
from donors.accounting.table import Table
from donors.accounting.xlsx_file import write_xlsx
from donors.campaigns.models import local_day

log = logging.getLogger(__name__)

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class MoneyListView(IndexView):
    """One list. A subclass says what it shows, what its search looks at and, if it exports, which table."""

    any_permission_required = ["view"]
    is_searchable = True
    empty_message = ""
    export_name = ""  # what the file is called; no export without it

    def search_rows(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        raise NotImplementedError

    def export_table(self, rows: QuerySet[Any]) -> Table:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.is_export:
            return cast(HttpResponse, super().get(request, *args, **kwargs))
        if not self.show_export_buttons:
            raise PermissionDenied
        if self.filters and not self.filters.is_valid():
            messages.error(request, "Rien n’a été exporté : un filtre n’a pas été compris.")
            return redirect(self.index_url)
        return self._export(request.GET["export"])

    def _export(self, file_format: str) -> HttpResponseBase:
        """The rows of the current filter and search, in the current order, all pages."""
        log.info(
            "User %s exports %s as %s (%s)",
            self.request.user.pk,
            self.export_name,
            file_format,
            self._period_for_the_log(),
        )
        table = self.export_table(self.get_queryset())
        name = f"{self.export_name}-{local_day(timezone.now()).isoformat()}.{file_format}"
        if file_format == self.FORMAT_CSV:
            return as_download(StreamingHttpResponse(csv_lines(table), content_type=CSV), name)
        return as_workbook([table], name)

    def _period_for_the_log(self) -> str:
        """Only the days of the filter: a search may hold a donor's name."""
        chosen = self.filters.form.cleaned_data if self.filters else {}
        days = [f"{name} {_days(value)}" for name, value in chosen.items() if isinstance(value, slice)]
        return ", ".join(days) or "all days"

    @cached_property
    def show_export_buttons(self) -> bool:
        return bool(self.export_name) and self.user_has_permission("export")

    def get_export_url(self, file_format: str) -> str:
        params = self.request.GET.copy()
        params["export"] = file_format
        return f"{self.index_url}?{params.urlencode()}"

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.search_rows(queryset, self.search_query) if self.is_searching else queryset

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """A filter that cannot be read shows nothing, rather than everything."""
        if self.filters and not self.filters.is_valid():
            return queryset.none()
        return cast("QuerySet[Any]", super().filter_queryset(queryset))

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows without a value come last either way; equal rows keep one order from page to page."""
        key = str(self.ordering)
        column = F(key.removeprefix("-"))
        order = column.desc(nulls_last=True) if key.startswith("-") else column.asc(nulls_last=True)
        return queryset.order_by(order, "-pk")

    @cached_property
    def no_results_message(self) -> str:
        if self.filters and not self.filters.is_valid():
            return "Un filtre n’a pas été compris : corrigez-le pour voir la liste."
        if self.is_searching or self.is_filtering:
            return "Rien ne correspond à cette recherche."
        return self.empty_message


class ReadOnlyViewSet(ModelViewSet):
    """A list and, if enabled, a page for each row. There is no address to add, change or delete one."""

    add_to_reference_index = False
    copy_view_enabled = False
    list_per_page = 50

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        absent = {f"{view}_url_name": None for view in ("add", "edit", "delete", "copy", "history", "usage")}
        return cast("dict[str, Any]", super().get_common_view_kwargs(**{**absent, **kwargs}))

    def get_urlpatterns(self) -> list[URLPattern]:
        patterns = [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]
        if self.inspect_view_enabled:
            patterns.append(path("<int:pk>/", self.inspect_view, name="inspect"))
        return patterns

    def register_admin_url_finder(self) -> None:
        """Wagtail would link rows to an edit page."""


def as_download[Response: HttpResponseBase](response: Response, name: str) -> Response:
    """Sent as a file with this name. Wagtail tells caches to keep nothing of the admin."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def as_workbook(tables: Iterable[Table], name: str) -> FileResponse:
    """Each table as a sheet. The file waits on the disk, not in memory."""
    workbook = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    write_xlsx(tables, workbook)
    workbook.seek(0)
    return as_download(FileResponse(workbook, content_type=XLSX), name)


def _days(chosen: slice) -> str:
    ends = [f"{end:%Y-%m-%d}" if end else "" for end in (chosen.start, chosen.stop)]
    return "_".join(ends)
