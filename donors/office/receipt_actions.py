"""What the treasurer does with one receipt: cancel it, replace it, send it again, print it again.

Each has a page that says what will happen and asks; only its POST does it, and does it once."""

import logging
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permission_policies import ModelPermissionPolicy

from donors.accounting.receipt_rows import receipts_in_site_mode
from donors.office.snapshot import changes_between
from donors.receipts.cancel import cancel_receipt
from donors.receipts.eligibility import NotReceiptable
from donors.receipts.models import Receipt
from donors.receipts.replace import NotLive, preview_replacement, replace_receipt
from donors.tasks import follow_up

log = logging.getLogger(__name__)


class ReasonForm(forms.Form):
    """Why the receipt does not hold any more; the donor reads it as a sentence."""

    reason = forms.CharField(
        label="Motif",
        help_text="Le donateur le lira, par exemple : « L’adresse a été corrigée à votre demande. »",
        max_length=299,
        error_messages={
            "required": "Indiquez le motif : le donateur le lira.",
            "max_length": "Écrivez le motif en moins de 300 signes.",
        },
    )

    def clean_reason(self) -> str:
        reason = " ".join(self.cleaned_data["reason"].split())
        return reason if reason.endswith((".", "!", "?", "…")) else f"{reason}."


class ReceiptAction(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """The page of one action on one receipt of the site's mode."""

    permission_policy = ModelPermissionPolicy(Receipt)
    permission_required = "change"
    header_icon = "doc-full"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        receipts = {"url": reverse("office_receipts:index"), "label": "Reçus fiscaux"}
        receipt = {"url": self.receipt_url(), "label": str(self.receipt())}
        here = {"url": "", "label": self.page_title}
        return [*WagtailAdminTemplateMixin.breadcrumbs_items, receipts, receipt, here]

    def receipt(self) -> Receipt:
        receipts = receipts_in_site_mode().select_related("series", "donor").defer(None)
        receipt: Receipt = get_object_or_404(receipts, pk=self.kwargs["pk"])
        return receipt

    def receipt_url(self) -> str:
        return reverse("office_receipts:inspect", args=[self.kwargs["pk"]])

    def treasurer(self) -> User:
        return cast(User, self.request.user)  # the office lets nobody else in

    def show(self, receipt: Receipt, *, status: int = 200, **words: Any) -> HttpResponse:
        context = self.get_context_data(receipt=receipt, **words)
        response: HttpResponse = self.render_to_response(context, status=status)
        return response

    def done(self, sentence: str, *, to: str = "") -> HttpResponse:
        """Say it, wake who follows what was noted, and go to a receipt's page."""
        follow_up.enqueue()
        log.info("User %s: %s, receipt %s", self.treasurer().pk, type(self).__name__, self.kwargs["pk"])
        messages.success(self.request, sentence)
        return redirect(to or self.receipt_url())

    def too_late(self, sentence: str) -> HttpResponse:
        """Somebody was faster, or pressed twice: nothing was done now."""
        messages.warning(self.request, sentence)
        return redirect(self.receipt_url())


class CancelView(ReceiptAction):
    template_name = "office/receipt_cancel.html"
    page_title = "Annuler le reçu"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(self.receipt(), form=ReasonForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        receipt, form = self.receipt(), ReasonForm(request.POST)
        if not form.is_valid():
            return self.show(receipt, form=form, status=400)
        reason = form.cleaned_data["reason"]
        if not cancel_receipt(receipt, at=timezone.now(), reason=reason, actor=self.treasurer()):
            return self.too_late("Ce reçu était déjà annulé : rien n’a changé.")
        return self.done(f"Le reçu n°\u00a0{receipt.full_number} est annulé. Nous l’écrivons au donateur.")


class ReplaceView(ReceiptAction):
    template_name = "office/receipt_replace.html"
    page_title = "Annuler et remplacer le reçu"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._ask(self.receipt(), ReasonForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        receipt, form = self.receipt(), ReasonForm(request.POST)
        if not form.is_valid():
            return self._ask(receipt, form, status=400)
        told = {"at": timezone.now(), "reason": form.cleaned_data["reason"], "actor": self.treasurer()}
        try:
            new = replace_receipt(receipt, **told)
        except NotLive:
            return self.too_late("Ce reçu était déjà annulé : il n’a pas été remplacé une nouvelle fois.")
        except NotReceiptable:
            return self._ask(receipt, form, status=409)
        sentence = (
            f"Le reçu n°\u00a0{new.full_number} annule et remplace le reçu n°\u00a0{receipt.full_number}. "
            "Il part par e-mail dans un instant."
        )
        return self.done(sentence, to=reverse("office_receipts:inspect", args=[new.pk]))

    def _ask(self, receipt: Receipt, form: ReasonForm, *, status: int = 200) -> HttpResponse:
        receipt.refresh_from_db()
        words: dict[str, Any] = {"form": form, "obstacles": [], "changes": []}
        try:
            preview = preview_replacement(receipt, at=timezone.now())
        except NotLive:
            pass  # the page says so
        except NotReceiptable as refused:
            words["obstacles"] = refused.obstacles
        else:
            words["changes"] = changes_between(receipt.snapshot, preview)
        return self.show(receipt, status=status, **words)
