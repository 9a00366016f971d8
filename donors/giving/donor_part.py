"""Who gives, and where the tax receipt goes: what is asked depends on the two boxes ticked."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from stdnum.exceptions import ValidationError as NotASiren
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from donors.giving.text_fields import LineField
from donors.people.countries import COUNTRIES
from donors.people.models import Donor
from donors.people.remember import DonorDetails

ADDRESS = {
    "street": "Indiquez votre adresse : le reçu fiscal doit la porter.",
    "postcode": "Indiquez votre code postal : le reçu fiscal doit le porter.",
    "city": "Indiquez votre ville : le reçu fiscal doit la porter.",
    "country": "Choisissez votre pays.",
}
_BAD_EMAIL = "Cette adresse e-mail est incomplète. Écrivez-la comme prenom.nom@exemple.fr."


def _in_french_order(code: str) -> tuple[bool, str]:
    """France first, then as a French dictionary sorts: accents do not count."""
    plain = unicodedata.normalize("NFD", COUNTRIES[code]).encode("ascii", "ignore").decode()
    return code != "FR", plain.lower()


def read_siren(typed: str) -> str:
    """Nine digits, or nothing where nothing was typed. Raises ValidationError."""
    digits = re.sub(r"[\s.-]", "", typed)
    if digits and siret_number.is_valid(digits):
        raise forms.ValidationError(f"C’est un SIRET. Gardez ses neuf premiers chiffres : {digits[:9]}.")
    try:
        return siren_number.validate(digits) if digits else ""
    except NotASiren as error:
        raise forms.ValidationError(
            "Ce numéro SIREN n’existe pas. Vérifiez ses neuf chiffres, par exemple 732 829 320."
        ) from error


def read_postcode(typed: str, country: str) -> str:
    """A French one without its spaces, any other as it was typed. Raises ValidationError."""
    postcode = typed.replace(" ", "")
    if not postcode or country != "FR":
        return typed
    if not re.fullmatch(r"\d{5}", postcode, re.ASCII):
        raise forms.ValidationError("Un code postal français a cinq chiffres, par exemple 33000.")
    return postcode


class DonorPart(forms.Form):
    """`cleaned_data` is left without whatever the donor's boxes make superfluous."""

    email = forms.EmailField(
        label="Adresse e-mail",
        max_length=254,
        help_text="Pour vous confirmer votre don et vous envoyer votre reçu.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Indiquez votre adresse e-mail : elle sert à confirmer votre don.",
            "invalid": _BAD_EMAIL,
        },
    )
    first_name = LineField(
        label="Prénom",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": "Indiquez votre prénom."},
    )
    last_name = LineField(
        label="Nom",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": "Indiquez votre nom."},
    )
    wants_receipt = forms.BooleanField(label="Je souhaite un reçu fiscal", required=False, initial=True)
    street = LineField(
        label="Adresse",
        max_length=200,
        required=False,
        help_text="Numéro et rue.",
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    postcode = LineField(
        label="Code postal",
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    city = LineField(
        label="Ville",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    country = forms.ChoiceField(
        label="Pays",
        required=False,
        initial="FR",
        choices=[(code, COUNTRIES[code]) for code in sorted(COUNTRIES, key=_in_french_order)],
        widget=forms.Select(attrs={"autocomplete": "country"}),
        error_messages={"invalid_choice": ADDRESS["country"]},
    )
    as_organisation = forms.BooleanField(label="Je donne au nom d’un organisme", required=False)
    organisation_name = LineField(
        label="Nom de l’organisme",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    siren = forms.CharField(
        label="Numéro SIREN",
        required=False,
        help_text="Neuf chiffres, les premiers du SIRET.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def clean_siren(self) -> str:
        return read_siren(self.cleaned_data["siren"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned["wants_receipt"]:
            self._require(ADDRESS)
            self._tidy_postcode()
        else:
            self._forget(ADDRESS)
            cleaned["country"] = "FR"
        if cleaned["as_organisation"]:
            self._require({"organisation_name": "Indiquez le nom de l’organisme."})
            if cleaned["wants_receipt"] and cleaned.get("country") == "FR":
                self._require({"siren": "Indiquez le SIREN : le reçu d’un organisme doit le porter."})
        else:
            self._forget(("organisation_name", "siren"))
        return cleaned

    def _require(self, sentences: dict[str, str]) -> None:
        for name, sentence in sentences.items():
            if self.cleaned_data.get(name) == "":
                self.add_error(name, sentence)

    def _tidy_postcode(self) -> None:
        try:
            self.cleaned_data["postcode"] = read_postcode(
                self.cleaned_data.get("postcode", ""), self.cleaned_data.get("country", "")
            )
        except forms.ValidationError as error:
            self.add_error("postcode", error)

    def _forget(self, names: Iterable[str]) -> None:
        """Take out of the result what is not asked; it stays in the form as it was typed."""
        for name in names:
            self.errors.pop(name, None)
            self.cleaned_data[name] = ""

    def donor_details(self) -> DonorDetails:
        cleaned = self.cleaned_data
        kind = Donor.Kind.ORGANISATION if cleaned["as_organisation"] else Donor.Kind.PERSON
        names = ("email", "first_name", "last_name", "organisation_name", "siren", *ADDRESS)
        return DonorDetails(kind=kind, **{name: cleaned[name] for name in names})
