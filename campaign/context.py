from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """What every template may know of the site it is part of."""
    return {"demo": settings.DEMO, "site_url": settings.SITE_URL, "livemode": settings.STRIPE_LIVEMODE}
