"""Short addresses that lead to a campaign's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from cms_pages.models import CampaignPage
from donors.campaigns.models import local_day


def campaign_page(request: HttpRequest, code: str) -> HttpResponse:
    """The live page of a campaign; home if there is none."""
    page = CampaignPage.objects.live().of_campaign(code).first()
    return _to(page, request)


def current_campaign(request: HttpRequest) -> HttpResponse:
    """The page of the campaign that is open today, or else of the latest; home if there is none."""
    today = local_day(timezone.now())
    pages = CampaignPage.objects.live().exclude(campaign=None).order_by("-campaign__starts_on")
    page = pages.filter(campaign__starts_on__lte=today, campaign__ends_on__gte=today).first()
    return _to(page or pages.first(), request)


def _to(page: CampaignPage | None, request: HttpRequest) -> HttpResponse:
    address = page.get_url(request) if page else None
    return redirect(address or "/")
