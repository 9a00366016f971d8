"""Who receives the gifts and signs the receipts: the treasurer keeps it right; nobody deletes it."""

from typing import Any

from django.urls import URLPattern
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSet

from donors.campaigns.models import Organisation
from donors.office.children import ChildrenPanel
from donors.office.organisation_forms import OrganisationForm, RegimeForm, RegimeFormSet

ABSENT = ("delete", "usage")


class OrganisationViewSet(ModelViewSet):
    model = Organisation
    name = "office_organisations"
    url_prefix = "tresorerie/organismes"
    icon = "home"
    menu_label = "Organisme"
    add_to_reference_index = False
    copy_view_enabled = False
    ordering = "legal_name"
    list_display = ["legal_name", "siren", "city", "receipts_enabled"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("receipts_enabled"), FieldPanel("receipts_reason")], heading="Reçus fiscaux"
            ),
            ChildrenPanel(
                "regimes",
                [
                    FieldRowPanel([FieldPanel("starts_on"), FieldPanel("regime")]),
                    FieldRowPanel(
                        [FieldPanel("basis"), FieldPanel("ruling_reference"), FieldPanel("ruling_on")]
                    ),
                    FieldPanel("note"),
                ],
                heading="Régimes fiscaux",
                label="Régime fiscal",
                form=RegimeForm,
                formset=RegimeFormSet,
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("signatory_name"), FieldPanel("signatory_role")]),
                    FieldPanel("signature_svg"),
                ],
                heading="Signature",
            ),
            MultiFieldPanel(
                [
                    FieldPanel("legal_name"),
                    FieldRowPanel([FieldPanel("siren"), FieldPanel("rna")]),
                    FieldPanel("street"),
                    FieldRowPanel([FieldPanel("postcode"), FieldPanel("city"), FieldPanel("country")]),
                    FieldPanel("purpose"),
                    FieldPanel("category"),
                    FieldPanel("category_detail"),
                    FieldRowPanel([FieldPanel("recognised_on"), FieldPanel("published_on")]),
                    FieldPanel("approved_on"),
                ],
                heading="Ce qui figure sur les reçus",
            ),
            MultiFieldPanel([FieldPanel("financial_year_ends_in")], heading="Exercice comptable"),
            MultiFieldPanel(
                [FieldPanel("email"), FieldPanel("phone"), FieldPanel("iban")], heading="Contact et banque"
            ),
        ],
        base_form_class=OrganisationForm,
    )

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        absent = {f"{view}_url_name": None for view in ABSENT}
        common: dict[str, Any] = super().get_common_view_kwargs(**{**absent, **kwargs})
        return common

    def get_urlpatterns(self) -> list[URLPattern]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name not in ABSENT]
