"""The page editor's preview: the public page as it will be, in a frame of our own admin."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

# What the public page obeys, so that a preview shows what would be refused there; but we may frame it.
PREVIEW_CSP: dict[str, list[str]] = {**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF]}


class PreviewedInTheEditor:
    """A page whose preview may stand in the editor's panel. Wagtail itself sees to X-Frame-Options only."""

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        serve = csp_override(PREVIEW_CSP)(super().serve_preview)  # type: ignore[misc]
        response: HttpResponse = serve(request, mode_name)
        return response
