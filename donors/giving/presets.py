"""The amounts that the form proposes, each with what it really costs after the tax reduction."""

from dataclasses import dataclass
from datetime import date

from donors.campaigns.models import Campaign, Frequency, GiftPreset, Organisation
from donors.campaigns.regimes import regimes_of
from donors.money import format_euros
from donors.receipts.tax.law import CompanyBase, NoRule, Rule
from donors.receipts.tax.reduction import company_base, company_regime, cost_after_tax_cents, rule_for

OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class PresetOption:
    """One radio button: `value` is what the form sends, `cost` is empty where no reduction is announced."""

    value: str
    amount_cents: int
    label: str
    text: str
    cost: str
    selected: bool


@dataclass(frozen=True, kw_only=True)
class TaxHint:
    """The law of the day, for the sentence under the amounts and for the live estimate."""

    on: date
    rule: Rule
    company_rule: Rule
    base: CompanyBase

    @property
    def ceiling(self) -> str:
        return "" if self.rule.ceiling_cents is None else format_euros(self.rule.ceiling_cents)

    @property
    def company_base(self) -> str:
        return format_euros(self.base.base_cents)

    def cost(self, amount_cents: int) -> str:
        return format_euros(cost_after_tax_cents(amount_cents, regime=self.rule.regime, on=self.on))


def amount_value(cents: int) -> str:
    """ "50" or "25.50": an amount as the form and the deep links write it."""
    euros, rest = divmod(cents, 100)
    return f"{euros}.{rest:02d}" if rest else str(euros)


def tax_hint(organisation: Organisation, on: date) -> TaxHint | None:
    """What may be announced on this day; None without receipts, a regime in force, or a known rule.

    One query. A company's financial year is taken to be the calendar's."""
    if not organisation.receipts_enabled:
        return None
    standing = regimes_of([organisation.pk]).on(on, organisation_id=organisation.pk)
    if standing is None:
        return None
    try:
        return TaxHint(
            on=on,
            rule=rule_for(standing.regime, on),
            company_rule=rule_for(company_regime(standing.regime), on),
            base=company_base(date(on.year, 12, 31)),
        )
    except NoRule:
        return None


type Options = dict[Frequency, list[PresetOption]]


def preset_options(campaign: Campaign, *, tax: TaxHint | None) -> Options:
    """The editor's amounts that the campaign's own bounds allow, smallest first, by frequency. One query."""
    found: Options = {frequency: [] for frequency in Frequency}
    for preset in campaign.presets.all():
        if campaign.minimum_cents <= preset.amount_cents <= campaign.maximum_cents:
            found[Frequency(preset.frequency)].append(_option(preset, tax))
    return found


def _option(preset: GiftPreset, tax: TaxHint | None) -> PresetOption:
    return PresetOption(
        value=amount_value(preset.amount_cents),
        amount_cents=preset.amount_cents,
        label=format_euros(preset.amount_cents),
        text=preset.text,
        cost=tax.cost(preset.amount_cents) if tax else "",
        selected=preset.selected,
    )
