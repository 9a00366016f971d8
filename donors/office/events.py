"""The inbox of Stripe's events, as far as the treasurer needs it: what came, and what went wrong with it."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from wagtail.admin.ui.tables import Column, StatusTagColumn

from donors.office.columns import day_column, text_column
from donors.office.filters import EventFilters
from donors.office.listing import MoneyListView, ReadOnlyViewSet
from donors.office.search import search_events
from donors.payments.models import StripeEvent


class EventListView(MoneyListView):
    empty_message = "Aucun événement pour l’instant : Stripe n’a encore rien annoncé."

    def get_base_queryset(self) -> QuerySet[Any]:
        return StripeEvent.objects.filter(livemode=settings.STRIPE_LIVEMODE).defer("payload")

    def search_rows(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return search_events(rows, text)


class EventViewSet(ReadOnlyViewSet):
    model = StripeEvent
    name = "office_events"
    url_prefix = "tresorerie/evenements"
    icon = "history"
    menu_label = "Événements Stripe"
    index_view_class = EventListView
    filterset_class = EventFilters
    ordering = "-received_at"
    list_display = [
        text_column("type", "Événement", "type", sort_key="type"),
        text_column("object_id", "Objet", "object_id"),
        StatusTagColumn(
            "state",
            label="État",
            accessor="get_state_display",
            primary=lambda event: event.state == StripeEvent.State.FAILED,
        ),
        Column("attempts", label="Essais", sort_key="attempts"),
        day_column("received_at", "Arrivé le"),
        text_column("last_error", "Dernière erreur", lambda event: event.last_error[:200]),
    ]
