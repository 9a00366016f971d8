"""The register of receipts: a series, a hundred numbers a page, its gaps in red, and the whole as a file."""

import logging
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.generic import View
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet

from donors.accounting.csv_file import csv_lines
from donors.accounting.register import entries, gaps_of, last_number, register_table, whoever_cancelled
from donors.office.declaration import ReceiptsMenuItem
from donors.office.listing import CSV, as_download, as_workbook
from donors.receipts.models import Receipt, ReceiptSeries

log = logging.getLogger(__name__)

NUMBERS_PER_PAGE = 100


def series_in_site_mode() -> QuerySet[ReceiptSeries]:
    series = ReceiptSeries.objects.filter(livemode=settings.STRIPE_LIVEMODE).select_related("organisation")
    return series.order_by("-year", "organisation__legal_name")


class SeriesField(forms.ModelChoiceField):  # type: ignore[type-arg]  # no subscript at run time
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label} · {obj.organisation}"


class SeriesForm(forms.Form):
    """Which series; it stands in the URL."""

    serie = SeriesField(
        ReceiptSeries.objects.none(),
        label="Série",
        empty_label=None,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choisissez une série."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["serie"].queryset = series_in_site_mode()  # type: ignore[attr-defined]


class RegisterView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    model = Receipt
    any_permission_required = ["view"]
    template_name = "office/register.html"
    page_title = "Registre des reçus"
    header_icon = "list-ol"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> HttpResponse:
        latest = series_in_site_mode().first()
        if latest is None:
            return self._show()
        form = SeriesForm({"serie": latest.pk, **request.GET.dict()})
        if not form.is_valid():
            return self._show(form=form, status=400)
        series: ReceiptSeries = form.cleaned_data["serie"]
        paginator = WagtailPaginator(range(last_number(series)), NUMBERS_PER_PAGE)
        page = paginator.get_page(request.GET.get("p"))
        return self._show(
            form=form,
            series=series,
            gaps=gaps_of(series),
            entries=[
                (entry, whoever_cancelled(entry.receipt) if entry.receipt else "")
                for entry in entries(series, page.start_index(), page.end_index())
            ],
            page_of_numbers=page,
            elided_page_range=paginator.get_elided_page_range(page.number),
            may_export=self.user_has_permission("export"),
            files=[
                (name.upper(), reverse("office_register:file", args=[series.pk, name])) for name in FORMATS
            ],
        )

    def _show(self, *, status: int = 200, **shown: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data(**shown), status=status)
        return response


FORMATS = ("csv", "xlsx")


class RegisterFileView(PermissionCheckedMixin, View):
    """The whole series, gaps included."""

    model = Receipt
    permission_required = "export"

    def get(self, request: HttpRequest, pk: int, file_format: str) -> HttpResponseBase:
        series = get_object_or_404(series_in_site_mode(), pk=pk)
        if file_format not in FORMATS:
            raise Http404
        log.info("User %s downloads the register %s as %s", request.user.pk, series.label, file_format)
        table, name = register_table(series), f"registre-{series.label}.{file_format}"
        if file_format == "csv":
            return as_download(StreamingHttpResponse(csv_lines(table), content_type=CSV), name)
        return as_workbook([table], name)


class RegisterViewSet(ViewSet):
    name = "office_register"
    url_prefix = "tresorerie/registre"
    icon = "list-ol"
    menu_label = "Registre des reçus"
    menu_item_class = ReceiptsMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", RegisterView.as_view(), name="index"),
            path("<int:pk>/<str:file_format>/", RegisterFileView.as_view(), name="file"),
        ]
