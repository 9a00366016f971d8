"""Yearly receipts: choose a year, see what would be issued, start the run, look back at past ones."""

import logging
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.generic import View
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet

from donors.accounting.csv_file import csv_lines
from donors.campaigns.models import Organisation, local_day
from donors.gifts.models import Donation
from donors.office.listing import CSV, as_download
from donors.office.run_page import RetryRunView, RunView
from donors.office.yearly_preview import look_at, plan_table
from donors.receipts.plan import plan_year
from donors.receipts.run_models import ReceiptRun
from donors.receipts.runs import RunUnderWay, start_run
from donors.receipts.under_way import say_who_runs
from donors.tasks import carry_receipt_run

log = logging.getLogger(__name__)

SHOWN = 50  # past runs; there are a few a year


class YearForm(forms.Form):
    """The years in which gifts came in; the body is asked for only where there are several."""

    annee = forms.TypedChoiceField(
        label="Dons reçus en",
        coerce=int,
        error_messages={
            "required": "Choisissez une année.",
            "invalid_choice": "Choisissez une année qui a commencé et dans laquelle des dons ont pu arriver.",
        },
    )
    organisme = forms.ModelChoiceField(
        label="Organisme",
        queryset=Organisation.objects.order_by("pk"),
        empty_label=None,
        error_messages={
            "required": "Choisissez l’organisme.",
            "invalid_choice": "Cet organisme n’existe pas.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = local_day(timezone.now()).year
        gifts = Donation.objects.in_site_mode().succeeded().filter(credited_at__isnull=False)
        first = gifts.order_by("credited_at").first()
        oldest = local_day(first.credited_at).year if first else this_year
        self.fields["annee"].choices = [  # type: ignore[attr-defined]
            (year, str(year)) for year in range(this_year, min(oldest, this_year - 1) - 1, -1)
        ]
        self.initial.setdefault("annee", this_year - 1)
        bodies = list(Organisation.objects.order_by("pk")[:2])
        self.only_body = bodies[0] if len(bodies) == 1 else None
        if self.only_body:
            self.initial["organisme"] = self.only_body.pk
            self.fields["organisme"].widget = forms.HiddenInput()
            self.fields["organisme"].required = False

    def clean_organisme(self) -> Organisation | None:
        return self.cleaned_data["organisme"] or self.only_body


class _YearlyView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    model = ReceiptRun
    any_permission_required = ["view"]
    page_title = "Reçus annuels"
    header_icon = "doc-full-inverse"
    template_name = "office/yearly.html"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def show_years(self, form: YearForm, *, status: int = 200) -> HttpResponse:
        self.template_name = _YearlyView.template_name
        runs = ReceiptRun.objects.in_site_mode().select_related("actor", "organisation")[:SHOWN]
        context = self.get_context_data(form=form, runs=runs)
        response: HttpResponse = self.render_to_response(context, status=status)
        return response


class YearsView(_YearlyView):
    """All runs, and the question for which year the next one would be."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show_years(YearForm())


class PreviewView(_YearlyView):
    """Reads only. `?liste=bloques` shows who gets none and why; `?export=csv` is all of it as a file."""

    template_name = "office/yearly_preview.html"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        years = {"url": reverse("office_yearly:index"), "label": "Reçus annuels"}
        return [*self.breadcrumbs_items, years, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = YearForm(request.GET)
        if not form.is_valid():
            return self.show_years(form, status=400)
        year, body = form.cleaned_data["annee"], form.cleaned_data["organisme"]
        now = timezone.now()
        groups = plan_year(body, year, at=now)
        if request.GET.get("export") == "csv":
            if not request.user.has_perm("donors.export_receipt"):
                raise PermissionDenied
            log.info("User %s exports the plan of %s", request.user.pk, year)
            lines = StreamingHttpResponse(csv_lines(plan_table(groups, year)), content_type=CSV)
            return as_download(lines, f"recus-annuels-{year}-apercu-{local_day(now).isoformat()}.csv")
        self.page_title = f"Aperçu des dons de {year}"
        blocked = request.GET.get("liste") == "bloques"
        context = self.get_context_data(
            year=year,
            body=body,
            preview=look_at(groups, blocked=blocked, page=page_number(request)),
            blocked=blocked,
            at=now,
            unfinished=year == local_day(now).year,
            query=f"annee={year}&organisme={body.pk}",
            running=ReceiptRun.objects.in_site_mode().to_do().filter(organisation=body).first(),
            may_start=self.user_has_permission("add"),
        )
        response: HttpResponse = self.render_to_response(context)
        return response


class StartView(_YearlyView):
    """Begin the run that the preview showed. Whoever comes second is led to the run of the first."""

    http_method_names = ["post"]
    any_permission_required = ["add"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = YearForm(request.POST)
        if not form.is_valid():
            return self.show_years(form, status=400)
        year, body = form.cleaned_data["annee"], form.cleaned_data["organisme"]
        treasurer = cast(User, request.user)  # the office lets nobody else in
        try:
            run = start_run(body, year, at=timezone.now(), actor=treasurer)
        except RunUnderWay as busy:
            messages.warning(request, say_who_runs(busy.run))
            return redirect("office_yearly:run", busy.run.pk)
        log.info("User %s starts receipt run %s for %s", treasurer.pk, run.pk, year)
        carry_receipt_run.enqueue(run.pk)
        return redirect("office_yearly:run", run.pk)


def page_number(request: HttpRequest) -> int:
    """From the address; the first page for anything that is no page."""
    typed = request.GET.get("p", "")
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


class YearlyMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("donors.view_receiptrun"))


class YearlyViewSet(ViewSet):
    name = "office_yearly"
    url_prefix = "tresorerie/recus-annuels"
    icon = "doc-full-inverse"
    menu_label = "Reçus annuels"
    menu_item_class = YearlyMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", YearsView.as_view(), name="index"),
            path("apercu/", PreviewView.as_view(), name="preview"),
            path("emettre/", StartView.as_view(), name="start"),
            path("<int:pk>/", RunView.as_view(), name="run"),
            path("<int:pk>/reprendre/", RetryRunView.as_view(), name="retry"),
        ]
