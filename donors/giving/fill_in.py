"""What the form shows before anything is typed: from a link's parameters, or from an unfinished gift."""

from collections.abc import Mapping
from typing import Any

from donors.campaigns.models import Frequency
from donors.gifts.models import Donation, SupportMessage
from donors.giving.forms import GiftForm, clean_source
from donors.giving.presets import OTHER, amount_value
from donors.money import AmountError, parse_euros
from donors.people.models import ConsentRecord

_TICKED = ("wants_receipt", "as_organisation", "anonymous", "newsletter")


def from_link(query: Mapping[str, str], form: GiftForm) -> dict[str, Any]:
    """Each parameter by itself: one that makes no sense is ignored, and the others still count."""
    found: dict[str, Any] = {}
    frequency = Frequency.ONCE
    if query.get("frequence") in {"mensuel", "monthly"} and form.offers_monthly:
        frequency = Frequency.MONTHLY
        found |= {"frequency": frequency.value, "amount": form.selected(frequency)}
    try:
        cents = parse_euros(query.get("montant", ""))
    except AmountError:
        cents = 0
    if form.campaign.minimum_cents <= cents <= form.campaign.maximum_cents:
        found |= _amount(cents, form, frequency)
    if source := clean_source(query.get("source", "")):
        found["source"] = source
    return found


def from_gift(donation: Donation, form: GiftForm) -> dict[str, Any]:
    """All that was typed for a gift that is not paid yet. Two queries."""
    donor = donation.donor
    message = SupportMessage.objects.filter(donation=donation).first()
    newsletter = donor.consents.filter(purpose=ConsentRecord.Purpose.NEWSLETTER).last()
    names = ("email", "first_name", "last_name", "organisation_name", "siren")
    address = ("street", "postcode", "city", "country")
    frequency = Frequency.MONTHLY if donation.monthly_gift_id else Frequency.ONCE
    return {
        "frequency": frequency.value,
        **_amount(donation.amount_cents, form, frequency),
        **{name: getattr(donor, name) for name in (*names, *address)},
        "wants_receipt": donation.wants_receipt,
        "as_organisation": donor.is_organisation,
        "anonymous": donation.anonymous,
        "message": message.text if message else "",
        "newsletter": bool(newsletter and newsletter.given),
        "source": donation.source,
    }


def from_typed(posted: Mapping[str, str]) -> dict[str, Any]:
    """What a form that we could not accept had in its fields, as it was typed."""
    typed = {name: posted[name] for name in GiftForm.base_fields if name in posted}
    return {**typed, **{name: name in posted for name in _TICKED}}


def _amount(cents: int, form: GiftForm, frequency: Frequency) -> dict[str, str]:
    value = amount_value(cents)
    if any(option.value == value for option in form.options[frequency]):
        return {"amount": value, "other_amount": ""}
    return {"amount": OTHER, "other_amount": value.replace(".", ",")}
