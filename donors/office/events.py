"""The inbox of Stripe's events, as far as the treasurer needs it: what came, and what went wrong with it."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import URLPattern, path
from django.utils import timezone
from wagtail.admin.ui.tables import Column, StatusTagColumn

from donors.office.columns import day_column, text_column
from donors.office.filters import EventFilters
from donors.office.follow_ups import RetryFollowUpsView, failed_follow_ups
from donors.office.listing import MoneyListView, ReadOnlyViewSet
from donors.office.pressing import PressColumn, PressView
from donors.office.search import search_events
from donors.payments.inbox import retry_event
from donors.payments.models import StripeEvent
from donors.tasks import process_stripe_event


class EventListView(MoneyListView):
    empty_message = "Aucun événement pour l’instant : Stripe n’a encore rien annoncé."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may = self.user_has_permission("change")
        own = {"follow_ups": list(failed_follow_ups()), "may_retry": may}
        return {**super().get_context_data(**kwargs), **own}

    def get_base_queryset(self) -> QuerySet[Any]:
        return StripeEvent.objects.filter(livemode=settings.STRIPE_LIVEMODE).defer("payload")

    def search_rows(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return search_events(rows, text)


class RetryView(PressView):
    """Try a failed event again at once, rather than after its next wait."""

    model = StripeEvent
    index_name = "office_events:index"
    done = "Nouvel essai demandé. Le résultat s’affiche ici dans un instant : actualisez la page."
    not_done = "Cet événement n’est plus en échec, ou son nouvel essai est déjà en cours."

    def rows(self) -> QuerySet[Any]:
        return StripeEvent.objects.filter(livemode=settings.STRIPE_LIVEMODE)

    def press(self, row: StripeEvent) -> bool:
        again = retry_event(row.pk, at=timezone.now())
        if again:
            process_stripe_event.enqueue(row.pk)
        return again


class EventViewSet(ReadOnlyViewSet):
    model = StripeEvent
    name = "office_events"
    url_prefix = "tresorerie/evenements"
    icon = "history"
    menu_label = "Événements Stripe"
    index_view_class = EventListView
    index_template_name = "office/events.html"
    filterset_class = EventFilters
    ordering = "-received_at"
    list_display = [
        text_column("type", "Événement", "type", sort_key="type"),
        StatusTagColumn(
            "state",
            label="État",
            accessor="get_state_display",
            primary=lambda event: event.state == StripeEvent.State.FAILED,
        ),
        PressColumn(
            "retry",
            "Réessayer",
            url_name="office_events:retry",
            permission="donors.change_stripeevent",
            offered=lambda event: event.state == StripeEvent.State.FAILED,
        ),
        text_column("last_error", "Dernière erreur", lambda event: event.last_error[:200]),
        Column("attempts", label="Essais", sort_key="attempts"),
        day_column("received_at", "Arrivé le"),
        Column("object_id", label="Objet", classname="office-id"),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        retry = self.construct_view(RetryView)
        follow_ups = self.construct_view(RetryFollowUpsView)
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/retry/", retry, name="retry"),
            path("suites/", follow_ups, name="retry_follow_ups"),
        ]
