"""What stands between card thieves and Stripe, for the treasurer: state, limits, attacks, and the switch."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.generic import View
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet

from donors.payments.gate.attack import current_attack
from donors.payments.gate.limits import limits
from donors.payments.gate.models import AttackEpisode, GateEvent, GivingPause
from donors.payments.gate.pause import current_pause, pause_giving, resume_giving

LAST = 10


class PauseForm(forms.Form):
    reason = forms.CharField(
        label="Raison",
        max_length=300,
        help_text="Pour l’équipe et pour l’historique ; les visiteurs ne la voient pas.",
        error_messages={"required": "Écrivez pourquoi : l’historique le garde."},
    )


class ProtectionView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """All there is to know, to read only."""

    model = GivingPause
    any_permission_required = ["view"]
    template_name = "office/protection.html"
    page_title = "Protection des paiements"
    header_icon = "lock"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(PauseForm())

    def show(self, form: PauseForm, *, status: int = 200) -> HttpResponse:
        attack = current_attack()
        context = self.get_context_data(
            form=form,
            attack=attack,
            pause=current_pause(),
            limits=asdict(limits(attacked=attack is not None)),
            counts=last_hour(timezone.now()),
            episodes=AttackEpisode.objects.prefetch_related("steps")[:LAST],
            pauses=GivingPause.objects.select_related("paused_by", "resumed_by")[:LAST],
            may_switch=self.user_has_permission("add"),
        )
        response: HttpResponse = self.render_to_response(context, status=status)
        return response


class SwitchView(ProtectionView):
    """The same page; POST turns the switch, and does nothing if somebody was faster."""

    any_permission_required = ["add"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        at, person = timezone.now(), cast(User, request.user)  # the admin lets no stranger in
        if "resume" in request.POST:
            done, said = resume_giving(by=person, at=at), "Les dons en ligne sont rétablis."
        else:
            form = PauseForm(request.POST)
            if not form.is_valid():
                return self.show(form, status=400)
            done = pause_giving(form.cleaned_data["reason"], by=person, at=at)
            said = "Les dons en ligne sont suspendus."
        messages.success(request, said if done else "Quelqu’un l’avait déjà fait.")
        return redirect(reverse("office_protection:index"))


def last_hour(at: datetime) -> dict[str, int]:
    """What happened at the gate within an hour. One query."""
    recent = GateEvent.objects.filter(at__gt=at - timedelta(hours=1))
    return recent.aggregate(**{kind.value: Count("pk", filter=Q(kind=kind)) for kind in GateEvent.Kind})


class ProtectionMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("donors.view_givingpause"))


class ProtectionViewSet(ViewSet):
    name = "office_protection"
    url_prefix = "tresorerie/protection"
    icon = "lock"
    menu_label = "Protection des paiements"
    menu_item_class = ProtectionMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", ProtectionView.as_view(), name="index"),
            path("interrupteur/", SwitchView.as_view(), name="switch"),
        ]
