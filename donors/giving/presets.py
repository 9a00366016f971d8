"""The amounts that the form proposes, each with what it really costs after the tax reduction."""

from dataclasses import dataclass
from datetime import date

from donors.campaigns.models import Campaign, Frequency, GiftPreset, Organisation
from donors.money import format_euros
from donors.receipts.tax_rules import (
    NoRule,
    Rule,
    TaxRegime,
    cost_after_tax_cents,
    reduction_rate_percent,
    rule_for,
)

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

    rule: Rule
    company_percent: int

    @property
    def ceiling(self) -> str:
        return "" if self.rule.ceiling_cents is None else format_euros(self.rule.ceiling_cents)


def amount_value(cents: int) -> str:
    """ "50" or "25.50": an amount as the form and the deep links write it."""
    euros, rest = divmod(cents, 100)
    return f"{euros}.{rest:02d}" if rest else str(euros)


def tax_hint(organisation: Organisation, on: date) -> TaxHint | None:
    """What may be announced on this day; None without receipts, or when no rule is known."""
    if not organisation.receipts_enabled:
        return None
    try:
        return TaxHint(
            rule=rule_for(organisation.regime, on),
            company_percent=reduction_rate_percent(TaxRegime.COMPANY, on),
        )
    except NoRule:
        return None


type Options = dict[Frequency, list[PresetOption]]


def preset_options(campaign: Campaign, *, on: date) -> Options:
    """The editor's amounts that the campaign's own bounds allow, smallest first, by frequency. One query."""
    found: Options = {frequency: [] for frequency in Frequency}
    for preset in campaign.presets.all():
        if campaign.minimum_cents <= preset.amount_cents <= campaign.maximum_cents:
            found[Frequency(preset.frequency)].append(_option(preset, campaign, on))
    return found


def _option(preset: GiftPreset, campaign: Campaign, on: date) -> PresetOption:
    hint = tax_hint(campaign.organisation, on)
    return PresetOption(
        value=amount_value(preset.amount_cents),
        amount_cents=preset.amount_cents,
        label=format_euros(preset.amount_cents),
        text=preset.text,
        cost=_cost(preset.amount_cents, campaign, on) if hint else "",
        selected=preset.selected,
    )


def _cost(amount_cents: int, campaign: Campaign, on: date) -> str:
    cost = cost_after_tax_cents(amount_cents, regime=campaign.organisation.regime, on=on)
    return format_euros(cost)
