"""The campaign's gauge for any page, ours or a partner's: public, read-only, nobody's personal data."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from donors.campaigns.models import Campaign
from donors.gifts.progress import progress_of


@require_safe
def progress(request: HttpRequest, code: str) -> JsonResponse:
    """Sums in euro cents, at most five seconds old while the campaign is open. 404 for no such campaign."""
    campaign = Campaign.objects.filter(code=code).first()
    if campaign is None:
        return _for_everyone(JsonResponse({"error": "unknown campaign"}, status=404))
    now = progress_of(campaign, at=timezone.now())
    facts = {
        "campaign": campaign.code,
        "raised_cents": now.raised_cents,
        "goal_cents": now.goal_cents,
        "percent": now.percent,
        "donors": now.donors,
        "pending_cents": now.pending_cents,
        "days_left": now.days_left,
        "open": now.is_open,
        "computed_at": now.computed_at.isoformat(),
    }
    return _for_everyone(JsonResponse(facts))


def _for_everyone(response: JsonResponse) -> JsonResponse:
    response["Cache-Control"] = "public, max-age=5"
    response["Access-Control-Allow-Origin"] = "*"
    return response
