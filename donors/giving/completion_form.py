"""What a donor still has to tell for a receipt: only the fields that are missing, all of them needed."""

from copy import deepcopy
from typing import Any

from django import forms

from donors.giving.donor_part import ADDRESS, DonorPart, read_postcode, read_siren
from donors.giving.text_fields import LineField
from donors.people.models import Donor
from donors.receipts.incomplete import missing_fields

_NEEDED = {
    **ADDRESS,
    "siren": "Indiquez le SIREN : le reçu d’un organisme doit le porter.",
    "legal_form": "Indiquez la forme juridique : le reçu d’un organisme doit la porter.",
}


class CompletionForm(forms.Form):
    """`cleaned_data` holds exactly the columns that the donor lacks."""

    legal_form = LineField(
        label="Forme juridique",
        max_length=60,
        help_text="Par exemple association, SARL ou SAS.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, donor: Donor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.donor = donor
        known = {**deepcopy(DonorPart.base_fields), "legal_form": self.fields["legal_form"]}
        self.fields = {name: known[name] for name in missing_fields(donor)}
        for name, field in self.fields.items():
            field.required = True
            if name in _NEEDED:
                field.error_messages["required"] = _NEEDED[name]

    def clean_siren(self) -> str:
        return read_siren(self.cleaned_data["siren"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "postcode" in cleaned:
            country = cleaned.get("country", self.donor.country if "country" not in self.fields else "")
            try:
                cleaned["postcode"] = read_postcode(cleaned["postcode"], country)
            except forms.ValidationError as error:
                self.add_error("postcode", error)
        return cleaned

    def problems(self) -> list[tuple[str, str]]:
        """For the summary above the form: the id of the field to mend, and the sentence beside it."""
        return [(field.auto_id, str(sentence)) for field in self for sentence in field.errors]
