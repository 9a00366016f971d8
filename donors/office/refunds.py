"""The page on which the treasurer refunds a gift, whole or in part."""

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

from donors.gifts.models import Donation
from donors.gifts.returns import Refund
from donors.money import AmountError, format_euros, parse_euros
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.refunds import (
    NotRefundable,
    RefundWish,
    refund_cautions,
    refundable_cents,
    request_refund,
)
from donors.tasks import follow_up

log = logging.getLogger(__name__)

_REASONS = [choice for choice in Refund.Reason.choices if choice[0] != Refund.Reason.DASHBOARD]


class RefundForm(forms.Form):
    """How much, why, and that the cautions were read. `left` is what the form showed as refundable."""

    amount = forms.CharField(
        label="Montant à rembourser, en euros",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": "Indiquez le montant à rembourser."},
    )
    reason = forms.ChoiceField(
        label="Motif",
        choices=[("", "Choisissez"), *_REASONS],
        error_messages={"required": "Choisissez un motif."},
    )
    note = forms.CharField(label="Précision (facultatif)", max_length=300, required=False)
    understood = forms.BooleanField(
        label="J’ai lu les avertissements ci-dessus",
        error_messages={"required": "Cochez cette case pour confirmer."},
    )
    left = forms.IntegerField(widget=forms.HiddenInput)

    def clean_amount(self) -> int:
        try:
            return parse_euros(self.cleaned_data["amount"])
        except AmountError as error:
            raise forms.ValidationError(str(error)) from error

    def wish(self) -> RefundWish:
        told = self.cleaned_data
        return RefundWish(
            amount_cents=told["amount"],
            reason=Refund.Reason(told["reason"]),
            note=told["note"],
            seen_cents=told["left"],
        )


class RefundView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """GET shows the form, POST refunds. What Stripe answers is said in one sentence on the gift's page."""

    permission_policy = ModelPermissionPolicy(Refund)
    permission_required = "add"
    template_name = "office/refund.html"
    page_title = "Rembourser"
    header_icon = "arrow-left"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        gifts = {"url": reverse("office_gifts:index"), "label": "Dons"}
        gift = {"url": self._gift_url(), "label": f"Don n°\u00a0{self.kwargs['pk']}"}
        return [*WagtailAdminTemplateMixin.breadcrumbs_items, gifts, gift, {"url": "", "label": "Rembourser"}]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        gift = self._gift(pk)
        left = refundable_cents(gift)
        amount = format_euros(left).removesuffix("\u00a0€")
        return self._show(gift, RefundForm(initial={"amount": amount, "left": left}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        gift = self._gift(pk)
        form = RefundForm(request.POST.dict())
        if not form.is_valid():
            return self._show(gift, form, status=400)
        try:
            treasurer = cast(User, request.user)  # the office lets nobody else in
            refund = request_refund(gift.pk, form.wish(), by=treasurer, at=timezone.now())
        except NotRefundable as refusal:
            form.add_error(None, str(refusal))
            form.data = {**form.data, "left": refundable_cents(gift)}
            return self._show(gift, form, status=409)
        except (StripeUnavailable, StripeRefused):
            messages.warning(
                request,
                "Stripe ne répond pas. Le remboursement est noté et sera demandé à nouveau tout seul.",
            )
        else:
            self._say(refund)
        follow_up.enqueue()
        log.info("User %s refunded donation %s", request.user.pk, pk)
        return redirect(self._gift_url())

    def _say(self, refund: Refund) -> None:
        amount = format_euros(refund.amount_cents)
        say, sentence = {
            Refund.Status.SUCCEEDED: (messages.success, f"{amount} ont été remboursés."),
            Refund.Status.PENDING: (messages.info, f"Le remboursement de {amount} est en cours."),
        }.get(
            Refund.Status(refund.status),
            (messages.error, f"Le remboursement de {amount} n’a pas abouti ({refund.get_status_display()})."),
        )
        say(self.request, sentence)

    def _gift(self, pk: int) -> Donation:
        gifts = Donation.objects.in_site_mode().select_related("donor", "campaign")
        gift: Donation = get_object_or_404(gifts, pk=pk)
        return gift

    def _gift_url(self) -> str:
        return reverse("office_gifts:inspect", args=[self.kwargs["pk"]])

    def _show(self, gift: Donation, form: RefundForm, *, status: int = 200) -> HttpResponse:
        left = refundable_cents(gift)
        context = self.get_context_data(
            gift=gift, form=form, left=left, cautions=list(refund_cautions(gift, at=timezone.now()))
        )
        response: HttpResponse = self.render_to_response(context, status=status)
        return response
