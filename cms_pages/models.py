"""The three kinds of pages that editors write."""

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PageManager
from wagtail.search import index
from wagtail.url_routing import RouteResult

from cms_pages.blocks import StoryBlock
from cms_pages.forms import CampaignPageForm
from cms_pages.gauge import Gauge, gauge_of
from cms_pages.gifts import gift_links
from cms_pages.pictures import pictures_in, prefetch_renditions
from cms_pages.preview import PreviewedInTheEditor
from cms_pages.queries import CampaignPageQuerySet
from donors.campaigns.models import Campaign

LEAD_HELP = "Une ou deux phrases sous le titre, en grand."


class HomePage(PreviewedInTheEditor, Page):
    """The front door: who we are, and the campaign of the moment."""

    lead = models.TextField("accroche", max_length=300, blank=True, help_text=LEAD_HELP)
    body = RichTextField("texte", blank=True, features=["h2", "h3", "bold", "italic", "ol", "ul", "link"])
    highlighted = models.ForeignKey(
        "cms_pages.CampaignPage",
        verbose_name="campagne mise en avant",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="L’accueil montre son image, sa jauge et son bouton de don.",
    )

    template = "cms_pages/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms_pages.CampaignPage", "cms_pages.StandardPage"]
    max_count = 1
    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("highlighted"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]

    class Meta:
        verbose_name = "page d’accueil"

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """As Wagtail does, but a campaign page comes in one query, with its campaign and its picture."""
        if len(path_components) == 1:
            pages = CampaignPage.objects.child_of(self).complete()
            page = pages.filter(slug=path_components[0]).first()
            if page:
                return page.route(request, [])
        return super().route(request, path_components)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        if self.highlighted_id:
            shown = CampaignPage.objects.live().complete().filter(pk=self.highlighted_id).first()
            if shown and shown.campaign:
                prefetch_renditions([shown.picture])
                context |= {"shown": shown, "campaign": shown.campaign, "gauge": shown.gauge}
        return context


class CampaignPage(PreviewedInTheEditor, Page):
    """The story of one campaign, with its gauge. Dates, goal and amounts belong to the campaign itself."""

    campaign = models.OneToOneField(
        Campaign,
        verbose_name="campagne",
        on_delete=models.PROTECT,
        # Empty in a copy of last year's page until its new campaign is chosen; the form asks for it.
        null=True,
        blank=True,
        related_name="+",
        help_text="Ses dates, son objectif et ses montants se règlent dans le menu Campagnes.",
    )
    lead = models.TextField("accroche", max_length=300, help_text=LEAD_HELP)
    picture = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name="image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="En largeur, au moins 1 440 points ; elle sert aussi quand la page est partagée.",
    )
    picture_alt = models.CharField(
        "ce que montre l’image",
        max_length=250,
        blank=True,
        help_text="Une phrase pour les personnes qui ne voient pas l’image. Obligatoire s’il y a une image.",
    )
    story = StreamField(StoryBlock(), verbose_name="récit", blank=True)

    objects = PageManager.from_queryset(CampaignPageQuerySet)()

    template = "cms_pages/campaign_page.html"
    parent_page_types = ["cms_pages.HomePage"]
    subpage_types: list[str] = []
    exclude_fields_in_copy = ["campaign"]
    base_form_class = CampaignPageForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("campaign"),
        FieldPanel("lead"),
        MultiFieldPanel([FieldPanel("picture"), FieldPanel("picture_alt")], heading="Image d’ouverture"),
        FieldPanel("story"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("story")]

    class Meta:
        verbose_name = "page de campagne"
        verbose_name_plural = "pages de campagne"

    def clean(self) -> None:
        super().clean()
        if self.picture_id and not self.picture_alt.strip():
            raise ValidationError({"picture_alt": "Dites en une phrase ce que montre l’image."})

    @cached_property
    def gauge(self) -> Gauge | None:
        return gauge_of(self.campaign, at=timezone.now()) if self.campaign else None

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What the page and the blocks of its story show: campaign, gauge, presets."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        prefetch_renditions([self.picture, *pictures_in(self.story)])
        links = gift_links(self.campaign) if self.campaign else []
        return {**context, "campaign": self.campaign, "gauge": self.gauge, "gift_links": links}


class StandardPage(PreviewedInTheEditor, Page):
    """Plain text: legal notice, privacy, accessibility."""

    body = RichTextField("texte", features=["h2", "h3", "bold", "italic", "ol", "ul", "link"])

    template = "cms_pages/standard_page.html"
    parent_page_types = ["cms_pages.HomePage"]
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = "page de texte"
        verbose_name_plural = "pages de texte"
