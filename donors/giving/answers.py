"""The HTTP answers that the public pages share."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from donors.gifts.progress import Progress
from donors.money import format_euros


class SeeOther(HttpResponseRedirect):
    """After a form: the browser goes on with a GET, and coming back sends nothing twice."""

    status_code = 303


def keep_private(response: HttpResponse) -> HttpResponse:
    """For pages behind a token: no cache keeps them, no index lists them, no link tells their address."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def link_expired(request: HttpRequest) -> HttpResponse:
    """A link of ours that has had its time. Says nothing about the gift."""
    return keep_private(render(request, "giving/link_expired.html", status=410))


def gauge_words(progress: Progress) -> dict[str, Any]:
    """A campaign's progress as a page says it. The bar stops at its end, the percentage does not."""
    goal = progress.goal_cents
    return {
        "progress": progress,
        "raised": format_euros(progress.raised_cents),
        "goal": "" if goal is None else format_euros(goal),
        "bar": min(progress.percent or 0, 100),
    }
