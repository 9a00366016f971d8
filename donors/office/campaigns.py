"""Where Communication sets up a campaign: dates, limits, proposed amounts, goals. No donor is in sight."""

from typing import Any

from django.contrib import messages
from django.db.models import ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import StatusTagColumn
from wagtail.admin.views.generic import DeleteView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from donors.campaigns.models import Campaign
from donors.office.campaign_forms import CampaignForm, GoalForm, GoalFormSet, PresetForm, PresetFormSet
from donors.office.children import ChildrenPanel
from donors.office.columns import day_column

KEPT = "Cette campagne a reçu des dons ou porte une page : elle ne peut pas être supprimée."


class CampaignListView(IndexView):
    def get_base_queryset(self) -> QuerySet[Campaign]:
        return Campaign.objects.select_related("organisation")


class CampaignDeleteView(DeleteView):
    """Says why a campaign stays, instead of failing on the database's protection."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.donations.exists():
            return self._keep()
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponseBase:
        try:
            response: HttpResponse = super().form_valid(form)
        except ProtectedError:
            return self._keep()
        return response

    def _keep(self) -> HttpResponseBase:
        messages.error(self.request, KEPT)
        return redirect(reverse(self.edit_url_name, args=[self.object.pk]))


def is_open(campaign: Campaign) -> bool:
    return campaign.is_open(timezone.now())


def state_of(campaign: Campaign) -> str:
    now = timezone.now()
    if campaign.is_open(now):
        return "Ouverte"
    return "Terminée" if campaign.has_ended(now) else "À venir"


class CampaignViewSet(ModelViewSet):
    model = Campaign
    name = "office_campaigns"
    url_prefix = "campagnes"
    icon = "date"
    menu_label = "Campagnes"
    menu_order = 210
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = CampaignListView
    delete_view_class = CampaignDeleteView
    ordering = "-starts_on"
    list_per_page = 50
    list_display = [
        "name",
        "code",
        day_column("starts_on", "Du"),
        day_column("ends_on", "Au"),
        StatusTagColumn("state", label="État", accessor=state_of, primary=is_open),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("name"),
                    FieldPanel("code", help_text="Il figure dans l’adresse du formulaire : /don/code/."),
                    FieldPanel("organisation"),
                    FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                    FieldRowPanel([FieldPanel("minimum_cents"), FieldPanel("maximum_cents")]),
                ],
                heading="Campagne",
            ),
            ChildrenPanel(
                "presets",
                [
                    FieldPanel("frequency"),
                    FieldPanel("amount_cents"),
                    FieldPanel("text"),
                    FieldPanel("selected"),
                ],
                heading="Montants proposés",
                label="Montant",
                max_num=12,
                form=PresetForm,
                formset=PresetFormSet,
            ),
            ChildrenPanel(
                "goals",
                [FieldPanel("kind"), FieldPanel("target")],
                heading="Objectifs",
                label="Objectif",
                max_num=2,
                form=GoalForm,
                formset=GoalFormSet,
            ),
        ],
        base_form_class=CampaignForm,
    )

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        kwargs = {"usage_url_name": None, **kwargs}
        common: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        return common

    def get_urlpatterns(self) -> list[URLPattern]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "usage"]
