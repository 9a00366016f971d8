"""The letter that tells the treasury of new alarms: one for all of them, each alarm once."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from donors.campaigns.models import Organisation
from donors.payments.models import Alarm

TREASURY = "Trésorerie"
_SHOWN = 50


def mail_alarms(*, at: datetime) -> int:
    """Write to the treasurers about what is new; answers how many alarms the letter tells of.

    The alarms are claimed by an UPDATE before the letter leaves, so two workers send one; they are given back
    if it cannot leave. Raises what the mail server raises. Without anyone to write to nothing is claimed."""
    recipients = _recipients()
    waiting = list(Alarm.objects.unmailed().order_by("raised_at", "pk").values_list("pk", flat=True))
    if not waiting or not recipients:
        return 0
    claimed = [pk for pk in waiting if Alarm.objects.unmailed().filter(pk=pk).update(mailed_at=at)]
    alarms = list(Alarm.objects.filter(pk__in=claimed).order_by("raised_at", "pk"))
    if not alarms:
        return 0
    try:
        _compose(alarms, recipients).send()
    except BaseException:
        Alarm.objects.filter(pk__in=claimed).update(mailed_at=None)
        raise
    return len(alarms)


def _recipients() -> list[str]:
    """The active treasurers with an address, else the organisation."""
    people = User.objects.filter(groups__name=TREASURY, is_active=True).exclude(email="")
    organisation = Organisation.objects.order_by("pk").first()
    found = sorted(set(people.values_list("email", flat=True)))
    return found or ([organisation.email] if organisation and organisation.email else [])


def _compose(alarms: list[Alarm], recipients: list[str]) -> EmailMessage:
    number = len(alarms)
    words = {
        "alarms": alarms[:_SHOWN],
        "more": max(0, number - _SHOWN),
        "address": f"{settings.SITE_URL}/admin/tresorerie/alertes/",
    }
    subject = "Une nouvelle alerte" if number == 1 else f"{number} nouvelles alertes"
    return EmailMessage(
        subject=f"{subject} dans la trésorerie",
        body=render_to_string("letters/alarms.txt", words),
        to=recipients,
        headers={"Auto-Submitted": "auto-generated"},
    )
