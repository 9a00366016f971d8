"""The tax rules that the site applies today, for the treasurer to compare with the law: to read only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.generic import View
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet

from donors.campaigns.models import Organisation, local_day
from donors.money import format_euros
from donors.receipts.tax.checked import is_stale, rows_in_force, rows_to_check
from donors.receipts.tax.law import CompanyBase, Counterpart, Rule, TaxRegime

NAMES = {
    TaxRegime.GENERAL: "Particuliers : intérêt général",
    TaxRegime.AID: "Particuliers : aide aux personnes en difficulté",
    TaxRegime.NOTRE_DAME: "Particuliers : Notre-Dame de Paris",
    TaxRegime.WORSHIP: "Particuliers : associations cultuelles",
    TaxRegime.RELIGIOUS_HERITAGE: "Particuliers : patrimoine religieux",
    TaxRegime.MAYOTTE: "Particuliers : Mayotte",
    TaxRegime.VIOLENCE_VICTIMS: "Particuliers : aide aux victimes de violences",
    TaxRegime.COMPANY: "Entreprises",
    TaxRegime.COMPANY_AID: "Entreprises : aide aux personnes en difficulté",
    TaxRegime.WEALTH: "Impôt sur la fortune immobilière",
}


@dataclass(frozen=True, kw_only=True)
class TaxRow:
    """One row of the table, in French."""

    name: str
    figures: str
    starts_on: date
    ends_on: date | None
    source: str
    checked_on: date
    to_check: tuple[str, ...]


def tax_rows(on: date) -> list[TaxRow]:
    """What is applied to a gift of this day."""
    return [
        TaxRow(
            name=_name(row),
            figures=_figures(row),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            source=row.source,
            checked_on=row.checked_on,
            to_check=tuple(_to_check(row, on)),
        )
        for row in rows_in_force(on)
    ]


def rules_to_check(at: datetime) -> int:
    return len(rows_to_check(local_day(at)))


def _to_check(row: Rule | CompanyBase | Counterpart, on: date) -> Iterator[str]:
    if is_stale(row, on):
        yield "Vérifiée il y a plus d’un an."
    if row.doubt:
        yield row.doubt


def _name(row: Rule | CompanyBase | Counterpart) -> str:
    if isinstance(row, Rule):
        return NAMES[row.regime]
    return "Entreprises : plafond des dons" if isinstance(row, CompanyBase) else "Contreparties"


def _figures(row: Rule | CompanyBase | Counterpart) -> str:
    if isinstance(row, CompanyBase):
        base = format_euros(row.base_cents)
        return (
            f"{base} ou {row.turnover_per_thousand}\u00a0‰ du chiffre d’affaires, si c’est plus, par exercice"
        )
    if isinstance(row, Counterpart):
        most = format_euros(row.yearly_cents)
        return f"{row.share_percent}\u00a0% du don au plus, et pour un particulier {most} par an"
    return " ; ".join(_of_the_rate(row))


def _of_the_rate(rule: Rule) -> Iterator[str]:
    if rule.ceiling_cents is None:
        yield f"{rule.rate_percent}\u00a0% du don"
    else:
        ceiling = format_euros(rule.ceiling_cents)
        yield f"{rule.rate_percent}\u00a0% jusqu’à {ceiling} par an, puis {rule.beyond_percent}\u00a0%"
    if rule.income_percent is not None:
        yield f"dans la limite de {rule.income_percent}\u00a0% du revenu imposable"
    if rule.most_cents is not None:
        yield f"réduction de {format_euros(rule.most_cents)} par an au plus"


class TaxRulesView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    model = Organisation
    any_permission_required = ["view"]
    template_name = "office/tax_rules.html"
    page_title = "Règles fiscales"
    header_icon = "clipboard-list"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> HttpResponse:
        today = local_day(timezone.now())
        response: HttpResponse = self.render_to_response(
            self.get_context_data(rows=tax_rows(today), today=today)
        )
        return response


class TaxRulesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("donors.view_organisation"))


class TaxRulesViewSet(ViewSet):
    name = "office_tax_rules"
    url_prefix = "tresorerie/regles-fiscales"
    icon = "clipboard-list"
    menu_label = "Règles fiscales"
    menu_item_class = TaxRulesMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", TaxRulesView.as_view(), name="index")]
