"""Rows that are edited inside the form of what they belong to: presets and goals, tax regimes."""

from typing import Any

from modelcluster.forms import BaseChildFormSet
from wagtail.admin.panels import InlinePanel


class ChildrenPanel(InlinePanel):
    """An InlinePanel whose rows are edited with a form and checked by a formset of ours."""

    def __init__(self, *args: Any, form: type, formset: type, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form, self.formset = form, formset

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "form": self.form, "formset": self.formset}

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name].update(form=self.form, formset=self.formset)
        return options


def rows_kept(formset: BaseChildFormSet) -> list[dict[str, Any]]:
    return [
        form.cleaned_data for form in formset.forms if form.is_valid() and form not in formset.deleted_forms
    ]
