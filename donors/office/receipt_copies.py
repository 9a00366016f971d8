"""The treasurer sends a receipt again; it is noted with who did it."""

import logging
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from donors.office.receipt_actions import ReceiptAction
from donors.receipts.copies import NotValid, resend_receipt, times_resent
from donors.receipts.document import TamperedDocument
from donors.receipts.models import Receipt, ReceiptDocument

log = logging.getLogger(__name__)


class SeenForm(forms.Form):
    """How often the receipt had been sent again when the page was shown."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ResendView(ReceiptAction):
    template_name = "office/receipt_resend.html"
    page_title = "Renvoyer le reçu par e-mail"
    header_icon = "mail"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._ask(self.receipt())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        receipt, form = self.receipt(), SeenForm(request.POST)
        if not form.is_valid():
            return self._ask(receipt, status=400)
        seen = form.cleaned_data["seen"]
        try:
            sent = resend_receipt(receipt, seen=seen, at=timezone.now(), actor=self.treasurer())
        except ReceiptDocument.DoesNotExist:
            return self._ask(receipt, status=409)
        except NotValid:
            return self._ask(self.receipt(), status=409)
        except TamperedDocument:
            log.exception("The PDF of receipt %s is not the one that was stored", receipt.full_number)
            return self._ask(receipt, status=500, tampered=True)
        if not sent:
            return self.too_late("Ce reçu vient déjà d’être renvoyé : il n’est pas parti une seconde fois.")
        return self.done(f"Le reçu n°\u00a0{receipt.full_number} repart par e-mail dans un instant.")

    def _ask(self, receipt: Receipt, *, status: int = 200, **words: Any) -> HttpResponse:
        ready = ReceiptDocument.objects.filter(receipt=receipt).exists()
        return self.show(
            receipt,
            status=status,
            email=receipt.donor.email,
            ready=ready,
            form=SeenForm(initial={"seen": times_resent(receipt)}),
            **words,
        )
