"""Pages for what went wrong before a view of ours was reached."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from donors.giving.forms import GiftForm


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open for too long, or the browser keeps no cookie: say so, and lose nothing.

    What was typed into the gift form goes along in hidden fields, and comes back to the eyes of the visitor
    before anything happens with it. Other forms (a login) are not repeated."""
    match = request.resolver_match
    words: dict[str, object] = {"typed": [], "action": request.path}
    if match is not None and match.url_name == "give":
        names = {*GiftForm.base_fields, "form_key"}
        words["typed"] = [(name, value) for name, value in request.POST.items() if name in names]
    response = render(request, "giving/form_expired.html", words, status=403)
    response["Cache-Control"] = "private, no-store"
    return response
