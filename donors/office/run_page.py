"""One yearly run: how far it is, what became of each donor, and the button that takes failures up again."""

import logging
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from donors.office.yearly_preview import PAGE
from donors.receipts.models import Receipt
from donors.receipts.run_models import ReceiptRun, ReceiptRunItem
from donors.receipts.runs import RunUnderWay, progress_of_run, retry_failed
from donors.receipts.under_way import say_who_runs
from donors.tasks import carry_receipt_run

log = logging.getLogger(__name__)

EVERY = 4  # seconds between two looks while a run goes on
State = ReceiptRunItem.State


class _RunView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    model = ReceiptRun
    any_permission_required = ["view"]
    template_name = "office/run.html"
    header_icon = "doc-full-inverse"

    def run(self, pk: int) -> ReceiptRun:
        runs = ReceiptRun.objects.in_site_mode().select_related("actor", "organisation")
        run: ReceiptRun = get_object_or_404(runs, pk=pk)
        return run


class RunView(_RunView):
    """Looks again by itself, by a header, while the run goes on: no script is needed, `?fixe=1` stops it."""

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        years = {"url": reverse("office_yearly:index"), "label": "Reçus annuels"}
        return [*self.breadcrumbs_items, years, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run(pk)
        self.page_title = str(run)
        counts = progress_of_run(run)
        everyone = sum(number for number, _ in counts.values())
        wanted = request.GET.get("resultat", "")
        state = wanted if wanted in State.values else ""
        goes_on = run.finished_at is None
        still = "fixe" in request.GET
        context = self.get_context_data(
            run=run,
            goes_on=goes_on,
            still=still,
            everyone=everyone,
            treated=everyone - counts[str(State.TO_DO)][0],
            counts=[(each, *counts[str(each)]) for each in State],
            state=state,
            page=Paginator(_results(run, state), PAGE).get_page(request.GET.get("p")),
            without_pdf=Receipt.objects.filter(run_item__run=run, document=None).count(),
            failed=counts[str(State.FAILED)][0],
            may_retry=self.user_has_permission("add") and not goes_on,
        )
        response: HttpResponse = self.render_to_response(context)
        if goes_on and not still:
            response["Refresh"] = str(EVERY)
        return response


def _results(run: ReceiptRun, state: str) -> QuerySet[Any]:
    rows = run.items.select_related("donor", "receipt__series").defer("receipt__snapshot")
    return rows.filter(state=state) if state else rows


class RetryRunView(_RunView):
    """Take up again the donors whose receipt failed for a technical reason."""

    http_method_names = ["post"]
    any_permission_required = ["add"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run(pk)
        try:
            again = retry_failed(run, at=timezone.now())
        except RunUnderWay as busy:
            messages.warning(request, say_who_runs(busy.run))
            return redirect("office_yearly:run", busy.run.pk)
        if again:
            log.info("User %s takes %s failures of receipt run %s up again", request.user.pk, again, run.pk)
            carry_receipt_run.enqueue(run.pk)
        else:
            messages.info(request, "Plus rien n’est en échec dans cette émission.")
        return redirect("office_yearly:run", run.pk)
