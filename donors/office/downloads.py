"""Receipts as files: one PDF as it was stored, or all of a period in a ZIP. Each download is one log line."""

import logging
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets import AdminDateInput

from donors.accounting.period import Period
from donors.accounting.receipt_rows import receipts_in_site_mode
from donors.accounting.receipts_zip import receipts_of, zip_receipts
from donors.campaigns.models import local_day
from donors.office.listing import as_download
from donors.receipts.document import TamperedDocument, read_document
from donors.receipts.models import Receipt, ReceiptDocument

log = logging.getLogger(__name__)


class ReceiptPdfView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """The stored bytes, only if they are still the ones that were stored."""

    model = Receipt
    any_permission_required = ["view"]
    template_name = "office/receipt_unavailable.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        receipt = get_object_or_404(receipts_in_site_mode().select_related("series"), pk=pk)
        try:
            content = read_document(receipt)
        except ReceiptDocument.DoesNotExist:
            return self._explain(receipt, "preparing", status=404)
        except TamperedDocument:
            log.exception("The PDF of receipt %s is not the one that was stored", receipt.full_number)
            return self._explain(receipt, "tampered", status=500)
        log.info("User %s downloads receipt %s", request.user.pk, receipt.full_number)
        name = f"recu-{receipt.full_number}.pdf"
        return as_download(HttpResponse(content, content_type="application/pdf"), name)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return path_to(self.page_title)

    def _explain(self, receipt: Receipt, why: str, *, status: int) -> HttpResponse:
        self.page_title = str(receipt)
        context = self.get_context_data(receipt=receipt, why=why)
        response: HttpResponse = self.render_to_response(context, status=status)
        return response


def path_to(title: str) -> list[dict[str, Any]]:
    """The breadcrumbs of a page that belongs to the receipts."""
    receipts = {"url": reverse("office_receipts:index"), "label": "Reçus fiscaux"}
    return [*WagtailAdminTemplateMixin.breadcrumbs_items, receipts, {"url": "", "label": title}]


NO_DAY = {"required": "Indiquez un jour.", "invalid": "Écrivez le jour comme 08/06/2026."}


class PeriodForm(forms.Form):
    """The days of issue, both included; they stand in the URL as `du` and `au`."""

    du = forms.DateField(label="Du", widget=AdminDateInput, error_messages=NO_DAY)
    au = forms.DateField(label="Au", widget=AdminDateInput, error_messages=NO_DAY)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if "du" in cleaned and "au" in cleaned:
            try:
                cleaned["period"] = Period(cleaned["du"], cleaned["au"])
            except ValueError as error:
                raise ValidationError({"au": str(error)}) from error
        return cleaned


def last_month(today: date) -> Period:
    """The whole month before this day."""
    last = today.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


class ReceiptsZipView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """Asks for a period; `telecharger` in the URL sends its ZIP, or says that there is nothing in it."""

    model = Receipt
    permission_required = "export"
    template_name = "office/receipts_zip.html"
    page_title = "ZIP des reçus"
    header_icon = "download"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return path_to(self.page_title)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "telecharger" not in request.GET:
            return self._show(PeriodForm(initial=self._offered()))
        form = PeriodForm(request.GET)
        if not form.is_valid():
            return self._show(form, status=400)
        period: Period = form.cleaned_data["period"]
        receipts = receipts_of(period)
        if not receipts.exists():
            return self._show(form, empty=str(period), status=404)
        log.info("User %s downloads the ZIP of receipts, %s", request.user.pk, period.slug)
        answer = StreamingHttpResponse(zip_receipts(receipts), content_type="application/zip")
        return as_download(answer, f"recus-{period.slug}.zip")

    def _offered(self) -> dict[str, Any]:
        month = last_month(local_day(timezone.now()))
        given = {name: self.request.GET[name] for name in ("du", "au") if name in self.request.GET}
        return {"du": month.first, "au": month.last, **given}

    def _show(self, form: PeriodForm, *, status: int = 200, empty: str = "") -> HttpResponse:
        context = self.get_context_data(form=form, empty=empty, media=form.media)
        response: HttpResponse = self.render_to_response(context, status=status)
        return response
