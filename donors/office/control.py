"""The control export: a workbook that leads from each receipt to the bank, alone or with the PDFs."""

import logging
from datetime import date
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from donors.accounting.control import control_tables, receipts_to_control, zip_control
from donors.accounting.period import Period
from donors.campaigns.models import local_day
from donors.office.downloads import PeriodForm, ReceiptsZipView
from donors.office.listing import as_download, as_workbook

log = logging.getLogger(__name__)


class ControlView(ReceiptsZipView):
    """Asks for a period; `telecharger` in the URL sends the workbook, or the ZIP if it says so."""

    template_name = "office/control.html"
    page_title = "Export de contrôle"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = request.GET.get("telecharger")
        if wanted is None:
            return self._show(PeriodForm(initial=self._offered()))
        form = PeriodForm(request.GET)
        if not form.is_valid():
            return self._show(form, status=400)
        period: Period = form.cleaned_data["period"]
        if not receipts_to_control(period).exists():
            return self._show(form, empty=str(period), status=404)
        kind = "zip" if wanted == "zip" else "xlsx"
        log.info("User %s downloads the control export as %s, %s", request.user.pk, kind, period.slug)
        name, now = f"controle-{period.slug}.{kind}", timezone.now()
        if kind == "xlsx":
            return as_workbook(control_tables(period, at=now), name)
        answer = StreamingHttpResponse(zip_control(period, at=now), content_type="application/zip")
        return as_download(answer, name)

    def _offered(self) -> dict[str, Any]:
        """The calendar year before this one."""
        year = local_day(timezone.now()).year - 1
        return {"du": date(year, 1, 1), "au": date(year, 12, 31)}
