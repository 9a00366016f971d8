"""The pages on which the treasurer changes a monthly gift: GET says what will happen, POST asks for it."""

import logging
from datetime import datetime
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

from donors.gifts.monthly import MonthlyGift
from donors.gifts.monthly_requests import MonthlyRequest
from donors.money import format_euros
from donors.office.columns import written_day
from donors.office.monthly_forms import AmountForm, PauseForm
from donors.payments.errors import StripeRefused, StripeUnavailable
from donors.payments.monthly_desk import MonthlyGiftOver, Wish, ask, pause_of
from donors.tasks import follow_up

log = logging.getLogger(__name__)

_KINDS = MonthlyRequest.Kind

OVER = "Ce don mensuel est arrêté : plus rien n’est débité, et il n’y a plus rien à changer."
NOTED = (
    "C’est noté. Stripe ne répond pas en ce moment : le site lui transmettra la demande dès qu’il répondra,"
    " et le donateur recevra alors sa lettre. Vous n’avez rien à refaire."
)
REFUSED = (
    "Stripe n’a pas accepté ce changement, et rien n’a changé. Regardez l’abonnement dans Stripe, ou prévenez"
    " la personne qui administre le site."
)


def obstacle(promise: MonthlyGift, kind: MonthlyRequest.Kind) -> str:
    """Why this cannot be asked of the monthly gift as it stands, in one sentence; empty if it can."""
    if promise.is_over:
        return OVER
    if not promise.stripe_subscription_id:
        return "Ce don mensuel n’a pas commencé : son premier paiement n’a pas eu lieu."
    if kind == _KINDS.RESUME and promise.paused_at is None:
        return "Ce don mensuel n’est pas en pause : il n’y a rien à reprendre."
    if kind in {_KINDS.PAUSE, _KINDS.AMOUNT} and not promise.is_running:
        return "Ce don mensuel n’est pas en cours : il ne peut qu’être arrêté."
    if kind == _KINDS.PAUSE and promise.paused_at is not None:
        return f"Ce don mensuel est déjà mis en pause ({promise.standing.lower()})."
    return ""


class WishView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """One wish. What came of it is said in one sentence on the monthly gift's page."""

    permission_policy = ModelPermissionPolicy(MonthlyGift)
    permission_required = "change"
    template_name = "office/monthly_wish.html"
    kind: MonthlyRequest.Kind
    slug: str
    button: str
    url_name: str

    def form(self, promise: MonthlyGift, typed: Any = None) -> forms.Form:
        return forms.Form(typed)

    def wish(self, promise: MonthlyGift, form: forms.Form, *, at: datetime) -> Wish:
        return Wish(kind=self.kind)

    def done(self, promise: MonthlyGift) -> str:
        """What is so now."""
        raise NotImplementedError

    def needless(self, promise: MonthlyGift, form: forms.Form) -> str:
        """Why there is nothing to do, in one sentence; empty if there is."""
        return ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        promises = {"url": reverse("office_monthly:index"), "label": "Dons mensuels"}
        promise = {"url": self._url(), "label": f"Don mensuel n°\u00a0{self.kwargs['pk']}"}
        here = {"url": "", "label": self.page_title}
        return [*WagtailAdminTemplateMixin.breadcrumbs_items, promises, promise, here]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        promise = self._promise(pk)
        return self._show(promise, self.form(promise))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        promise = self._promise(pk)
        form = self.form(promise, request.POST)
        words = obstacle(promise, self.kind)
        if not words and not form.is_valid():
            return self._show(promise, form, status=400)
        if words := words or self.needless(promise, form):
            messages.info(request, words)
        else:
            self._ask(promise, form)
        return redirect(self._url())

    def _ask(self, promise: MonthlyGift, form: forms.Form) -> None:
        request, at = self.request, timezone.now()
        treasurer = cast(User, request.user)  # the office lets nobody else in
        log.info("User %s asks of monthly gift %s: %s", treasurer.pk, promise.pk, self.kind.value)
        try:
            after = ask(promise, self.wish(promise, form, at=at), at=at, actor=treasurer)
        except MonthlyGiftOver:
            messages.info(request, OVER)
        except StripeUnavailable:
            messages.warning(request, NOTED)
        except StripeRefused:
            log.exception("Stripe refuses to change monthly gift %s", promise.pk)
            self._say_refused(self._promise(promise.pk))
        else:
            messages.success(request, f"{self.done(after)} Le donateur l’apprend par e-mail.")
        follow_up.enqueue()

    def _say_refused(self, promise: MonthlyGift) -> None:
        """Most often because it had ended at Stripe, which is known by now."""
        if promise.is_over:
            messages.info(self.request, OVER)
        else:
            messages.error(self.request, REFUSED)

    def _show(self, promise: MonthlyGift, form: forms.Form, *, status: int = 200) -> HttpResponse:
        context = self.get_context_data(
            promise=promise,
            form=form,
            kind=self.kind.value,
            button=self.button,
            obstacle=obstacle(promise, self.kind),
        )
        response: HttpResponse = self.render_to_response(context, status=status)
        return response

    def _promise(self, pk: int) -> MonthlyGift:
        promises = MonthlyGift.objects.in_site_mode().select_related("donor", "campaign")
        promise: MonthlyGift = get_object_or_404(promises, pk=pk)
        return promise

    def _url(self) -> str:
        return reverse("office_monthly:inspect", args=[self.kwargs["pk"]])


class StopView(WishView):
    kind = _KINDS.STOP
    url_name = "office_monthly:stop"
    slug = "arreter"
    button = "Arrêter"
    page_title = "Arrêter le don"
    header_icon = "circle-xmark"

    def done(self, promise: MonthlyGift) -> str:
        return "Le don mensuel est arrêté : plus rien ne sera débité."


class PauseView(WishView):
    kind = _KINDS.PAUSE
    url_name = "office_monthly:pause"
    slug = "pause"
    button = "Mettre en pause"
    page_title = "Mettre en pause"
    header_icon = "time"

    def form(self, promise: MonthlyGift, typed: Any = None) -> forms.Form:
        return PauseForm(typed)

    def wish(self, promise: MonthlyGift, form: forms.Form, *, at: datetime) -> Wish:
        return pause_of(promise, form.cleaned_data["months"], at=at)

    def done(self, promise: MonthlyGift) -> str:
        until = f" jusqu’au {written_day(promise.resumes_at)}" if promise.resumes_at else ""
        return f"Le don mensuel est en pause{until}, puis reprend de lui-même."


class ResumeView(WishView):
    kind = _KINDS.RESUME
    url_name = "office_monthly:resume"
    slug = "reprendre"
    button = "Reprendre"
    page_title = "Reprendre le don"
    header_icon = "rotate"

    def done(self, promise: MonthlyGift) -> str:
        due = f" Prochain débit le {written_day(promise.due_at)}." if promise.due_at else ""
        return f"Le don mensuel reprend.{due}"


class AmountView(WishView):
    kind = _KINDS.AMOUNT
    url_name = "office_monthly:amount"
    slug = "montant"
    button = "Changer le montant"
    page_title = "Changer le montant"
    header_icon = "edit"

    def form(self, promise: MonthlyGift, typed: Any = None) -> forms.Form:
        return AmountForm(typed, campaign=promise.campaign)

    def wish(self, promise: MonthlyGift, form: forms.Form, *, at: datetime) -> Wish:
        return Wish(kind=self.kind, amount_cents=form.cleaned_data["amount"])

    def needless(self, promise: MonthlyGift, form: forms.Form) -> str:
        if form.cleaned_data["amount"] != promise.amount_cents:
            return ""
        return f"C’est déjà {format_euros(promise.amount_cents)} par mois : rien n’a changé."

    def done(self, promise: MonthlyGift) -> str:
        return f"Le don mensuel passe à {format_euros(promise.amount_cents)}."
