"""Who receives the gifts and signs the receipts: the treasurer keeps it right; nobody deletes it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import URLPattern
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSet

from donors.campaigns.models import Organisation
from donors.receipts.signature import UnsafeSignature, read_signature

ABSENT = ("delete", "usage")


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
                [FieldPanel("receipts_enabled"), FieldPanel("receipts_reason"), FieldPanel("regime")],
                heading="Reçus fiscaux",
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
                ],
                heading="Ce qui figure sur les reçus",
            ),
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
