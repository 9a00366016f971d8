"""What a person must look at: the treasurer's list of alarms, each settled by whoever looked."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import URLPattern, path
from django.utils import timezone
from wagtail.admin.ui.tables import StatusTagColumn

from donors.office.alarm_subjects import SubjectColumn, with_payout
from donors.office.columns import day_column, text_column, written_day
from donors.office.filters import AlarmFilters
from donors.office.listing import MoneyListView, ReadOnlyViewSet
from donors.office.pressing import PressColumn, PressView
from donors.office.search import search_alarms
from donors.payments.alarms import settle_alarm
from donors.payments.models import Alarm


class AlarmListView(MoneyListView):
    empty_message = "Aucune alerte : rien ne demande votre attention."

    def get_base_queryset(self) -> QuerySet[Any]:
        return with_payout(Alarm.objects.select_related("resolved_by"))

    def search_rows(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return search_alarms(rows, text)


class SettleView(PressView):
    model = Alarm
    index_name = "office_alarms:index"
    done = "Alerte réglée. Elle reste dans la liste, avec votre nom et l’heure."
    not_done = "Cette alerte était déjà réglée."

    def rows(self) -> QuerySet[Any]:
        return Alarm.objects.all()

    def press(self, row: Alarm) -> bool:
        assert isinstance(self.request.user, User)  # noqa: S101  the permission was checked
        return settle_alarm(row, by=self.request.user, at=timezone.now())


def state_of(alarm: Alarm) -> str:
    """ "À voir", or who settled it and when."""
    if alarm.resolved_at is None:
        return "À voir"
    who = alarm.resolved_by.get_username() if alarm.resolved_by else "le site"
    return f"Réglée le {written_day(alarm.resolved_at)} par {who}"


class AlarmViewSet(ReadOnlyViewSet):
    model = Alarm
    name = "office_alarms"
    url_prefix = "tresorerie/alertes"
    icon = "warning"
    menu_label = "Alertes"
    index_view_class = AlarmListView
    filterset_class = AlarmFilters
    ordering = "-raised_at"
    list_display = [
        text_column("text", "Ce qu’il y a à voir", "text"),
        PressColumn(
            "settle",
            "C’est réglé",
            url_name="office_alarms:settle",
            permission="donors.change_alarm",
            offered=lambda alarm: alarm.resolved_at is None,
        ),
        SubjectColumn("donation_id", label="Concerne"),
        day_column("raised_at", "Signalée le"),
        text_column("kind", "Nature", "get_kind_display", sort_key="kind"),
        StatusTagColumn(
            "resolved_at",
            label="État",
            accessor=state_of,
            primary=lambda alarm: alarm.resolved_at is None,
        ),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        settle = self.construct_view(SettleView)
        return [*super().get_urlpatterns(), path("<int:pk>/settle/", settle, name="settle")]
