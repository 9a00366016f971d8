"""The form of the organisation: what a receipt could not do without is asked for here, by name."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms import WagtailAdminModelForm

from donors.campaigns.models import Organisation
from donors.campaigns.regimes import OrganisationRegime
from donors.office.children import rows_kept
from donors.receipts.categories import lacking
from donors.receipts.signature import UnsafeSignature, read_signature

NO_REGIME = "Pour émettre des reçus, ajoutez au moins un régime fiscal, avec son premier jour."


class OrganisationForm(WagtailAdminModelForm):
    def clean_signature_svg(self) -> str:
        """Refused here rather than at the first receipt, where nobody who can mend it is looking."""
        svg: str = self.cleaned_data["signature_svg"]
        if svg.strip():
            try:
                read_signature(svg)
            except UnsafeSignature as error:
                raise ValidationError(str(error)) from error
        return svg

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("receipts_enabled"):
            if not rows_kept(self.formsets["regimes"]):
                self.add_error("receipts_enabled", NO_REGIME)
            for fact in lacking(_as_typed(cleaned)):
                self.add_error(fact.column, f"Cette catégorie le demande : {fact.missing}.")
        return cleaned

    @transaction.atomic
    def save(self, commit: bool = True) -> Organisation:
        """Regimes are written anew, with their keys: two rows may exchange their days."""
        organisation: Organisation = self.instance
        if commit and organisation.pk:
            organisation.regimes.set(list(organisation.regimes.all()))  # in memory until the form is saved
            OrganisationRegime.objects.filter(organisation=organisation).delete()
        saved: Organisation = super().save(commit=commit)
        return saved


class RegimeForm(WagtailAdminModelForm):
    """Its model says what a ruling must have."""


class RegimeFormSet(BaseChildFormSet):
    def clean(self) -> None:
        days = [facts["starts_on"] for facts in rows_kept(self) if facts.get("starts_on")]
        if len(set(days)) < len(days):
            raise ValidationError("Deux régimes fiscaux commencent le même jour : gardez-en un.")
        super().clean()


def _as_typed(cleaned: dict[str, Any]) -> Organisation:
    columns = ("category", "category_detail", "recognised_on", "published_on", "approved_on")
    return Organisation(**{name: cleaned[name] for name in columns if name in cleaned})
