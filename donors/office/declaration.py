"""The yearly declaration of receipts, on one page with its proof."""

import logging
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.generic import View
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet

from donors.accounting.csv_file import csv_lines
from donors.accounting.declaration import declaration_of, proof_table, receipts_of
from donors.accounting.financial_year import filing_deadline, financial_year, last_closed
from donors.accounting.period import Period
from donors.campaigns.models import Organisation, local_day
from donors.campaigns.months import Month
from donors.office.listing import CSV, as_download
from donors.receipts.models import Receipt

log = logging.getLogger(__name__)

FINANCIAL, CALENDAR = "exercice", "civile"
YEAR = {
    "required": "Indiquez une année.",
    "invalid": "Écrivez l’année en quatre chiffres, comme 2026.",
    "min_value": "Écrivez l’année en quatre chiffres, comme 2026.",
    "max_value": "Écrivez l’année en quatre chiffres, comme 2026.",
}


class YearForm(forms.Form):
    """Whose receipts, and which twelve months; they stand in the URL."""

    organisme = forms.ModelChoiceField(
        Organisation.objects.order_by("legal_name"),
        label="Organisme",
        empty_label=None,
        error_messages={
            "required": "Choisissez un organisme.",
            "invalid_choice": "Cet organisme est inconnu.",
        },
    )
    annee = forms.IntegerField(label="Année", min_value=2000, max_value=2200, error_messages=YEAR)
    base = forms.ChoiceField(
        label="Période",
        choices=((FINANCIAL, "Exercice clos cette année-là"), (CALENDAR, "Année civile")),
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choisissez une période."),
    )

    @property
    def period(self) -> Period:
        facts = self.cleaned_data
        is_calendar = facts["base"] == CALENDAR
        last_month = Month.DECEMBER if is_calendar else facts["organisme"].financial_year_ends_in
        return financial_year(facts["annee"], last_month)


class DeclarationView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """Both counts of one period; `preuve` in the URL sends the list behind them."""

    model = Receipt
    any_permission_required = ["view"]
    template_name = "office/declaration.html"
    page_title = "Déclaration des reçus"
    header_icon = "doc-full-inverse"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = YearForm({**_offered(), **request.GET.dict()})
        if not form.is_valid():
            return self._show(form, status=400)
        organisation, period = form.cleaned_data["organisme"], form.period
        shown = {
            "organisation": organisation,
            "declaration": declaration_of(organisation, period),
            "deadline": filing_deadline(period.last),
            "today": local_day(timezone.now()),
            "proof_url": reverse("office_declaration:proof", query=_chosen(form)),
            "may_export": self.user_has_permission("export"),
        }
        return self._show(form, **shown)

    def _show(self, form: YearForm, *, status: int = 200, **shown: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(
            self.get_context_data(form=form, **shown), status=status
        )
        return response


class ProofView(DeclarationView):
    """The receipts behind both counts as a CSV file, without a donor."""

    any_permission_required = ["export"]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = YearForm({**_offered(), **request.GET.dict()})
        if not form.is_valid():
            return self._show(form, status=400)
        organisation, period = form.cleaned_data["organisme"], form.period
        log.info("User %s downloads the proof of the declaration, %s", request.user.pk, period.slug)
        table = proof_table(receipts_of(organisation), period)
        answer = StreamingHttpResponse(csv_lines(table), content_type=CSV)
        return as_download(answer, f"declaration-{period.slug}.csv")


def _chosen(form: YearForm) -> dict[str, Any]:
    facts = form.cleaned_data
    return {"organisme": facts["organisme"].pk, "annee": facts["annee"], "base": facts["base"]}


def _offered() -> dict[str, Any]:
    """The first organisation and the financial year of it that closed last."""
    organisation = Organisation.objects.order_by("legal_name").first()
    if organisation is None:
        return {}
    year = last_closed(local_day(timezone.now()), organisation.financial_year_ends_in)
    return {"organisme": organisation.pk, "annee": year, "base": FINANCIAL}


class ReceiptsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("donors.view_receipt"))


class DeclarationViewSet(ViewSet):
    name = "office_declaration"
    url_prefix = "tresorerie/declaration"
    icon = "doc-full-inverse"
    menu_label = "Déclaration des reçus"
    menu_item_class = ReceiptsMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", DeclarationView.as_view(), name="index"),
            path("preuve/", ProofView.as_view(), name="proof"),
        ]
