"""Anybody may check a receipt at /recus/verifier/: by number and code, by its QR code, or by its file."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from donors.giving.answers import keep_private
from donors.giving.visitor import client_address
from donors.money import format_euros
from donors.payments.gate.limits import WINDOW
from donors.payments.gate.lookups import has_missed_too_often, note_miss
from donors.payments.gate.traces import address_key
from donors.receipts.verify import Verdict, Verified, verify_file, verify_number
from donors.receipts.wording import day_in_french

_ATTRIBUTES = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class NumberForm(forms.Form):
    """What stands on the receipt. Any length of nonsense is unknown, not an error of ours."""

    numero = forms.CharField(
        label="Numéro du reçu",
        max_length=40,
        help_text="En haut du reçu, par exemple 2026-000123.",
        error_messages={"required": "Indiquez le numéro du reçu, par exemple 2026-000123."},
        widget=forms.TextInput(attrs=_ATTRIBUTES),
    )
    code = forms.CharField(
        label="Code de vérification",
        max_length=40,
        help_text="Douze lettres et chiffres, par exemple 7K3M-9QTX-2B4F. Les tirets sont facultatifs.",
        error_messages={"required": "Indiquez le code de vérification, qui est imprimé sur le reçu."},
        widget=forms.TextInput(attrs=_ATTRIBUTES),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def verify_receipt(request: HttpRequest) -> HttpResponse:
    """GET with both (the QR code's address) answers at once, as the form does; so does a file's hash."""
    sent: Any = request.POST if request.method == "POST" else request.GET
    by_file = "empreinte" in sent
    asked = by_file or "numero" in sent or "code" in sent
    form = NumberForm(sent if asked and not by_file else None)
    if not asked or (not by_file and not form.is_valid()):
        return _page(request, {"form": form})
    at, key = timezone.now(), address_key(client_address(request))
    if has_missed_too_often(key, at=at):
        response = _page(request, {"form": form, "limited": True}, status=429)
        response["Retry-After"] = str(int(WINDOW.total_seconds()))
        return response
    found = verify_file(sent["empreinte"]) if by_file else verify_number(**_typed(form))
    if found.verdict == Verdict.UNKNOWN:
        note_miss(key, at=at)
    return _page(request, {"form": form, "by_file": by_file, **_words(found)})


def _typed(form: NumberForm) -> dict[str, str]:
    return {"typed_number": form.cleaned_data["numero"], "typed_code": form.cleaned_data["code"]}


def _words(found: Verified) -> dict[str, Any]:
    return {
        "found": found,
        "issued_on": day_in_french(found.issued_on) if found.issued_on else "",
        "amount": format_euros(found.amount_cents),
    }


def _page(request: HttpRequest, words: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = keep_private(render(request, "giving/verify.html", words, status=status))
    # Browsers send "Origin: null" from a no-referrer page, and the form would be refused as a forgery.
    response["Referrer-Policy"] = "same-origin"
    return response
