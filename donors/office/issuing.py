"""The page on which the treasurer issues a receipt by hand: before its time, or for one month of many."""

import logging
from typing import Any, cast

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

from donors.gifts.kept import kept_of
from donors.gifts.models import Donation
from donors.receipts.eligibility import NotReceiptable, obstacles
from donors.receipts.hold import automatic_receipt_at
from donors.receipts.issue import issue_receipt, live_receipt_of
from donors.receipts.models import Receipt
from donors.tasks import follow_up

log = logging.getLogger(__name__)


class IssueView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """GET says what will be issued and what to know, POST issues. PDF and letter follow by themselves."""

    permission_policy = ModelPermissionPolicy(Receipt)
    permission_required = "add"
    template_name = "office/issue_receipt.html"
    page_title = "Émettre le reçu fiscal"
    header_icon = "doc-full"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        gifts = {"url": reverse("office_gifts:index"), "label": "Dons"}
        gift = {"url": self._gift_url(), "label": f"Don n°\u00a0{self.kwargs['pk']}"}
        here = {"url": "", "label": self.page_title}
        return [*WagtailAdminTemplateMixin.breadcrumbs_items, gifts, gift, here]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(self._gift(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        gift = self._gift(pk)
        treasurer = cast(User, request.user)  # the office lets nobody else in
        try:
            receipt = issue_receipt(gift, at=timezone.now(), because="émis à la main", actor=treasurer)
        except NotReceiptable:
            return self._show(gift, status=409)
        follow_up.enqueue()
        log.info("User %s issued receipt %s", request.user.pk, receipt.pk)
        messages.success(
            request, f"Le reçu n°\u00a0{receipt.full_number} est émis. Il part par e-mail dans un instant."
        )
        return redirect(self._gift_url())

    def _show(self, gift: Donation, *, status: int = 200) -> HttpResponse:
        due_at = automatic_receipt_at(gift)
        context = self.get_context_data(
            gift=gift,
            left=kept_of(gift).ledger_cents,
            obstacles=obstacles(gift),
            live=live_receipt_of(gift),
            waits_until=due_at if due_at and due_at > timezone.now() else None,
        )
        response: HttpResponse = self.render_to_response(context, status=status)
        return response

    def _gift(self, pk: int) -> Donation:
        gifts = Donation.objects.in_site_mode().select_related("donor", "campaign__organisation")
        gift: Donation = get_object_or_404(gifts, pk=pk)
        return gift

    def _gift_url(self) -> str:
        return reverse("office_gifts:inspect", args=[self.kwargs["pk"]])
