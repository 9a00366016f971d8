"""What an alarm leads to: its gift stands in its row, its payout in its key."""

from typing import Any

from django.db.models import BigIntegerField, Case, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Concat, StrIndex, Substr
from wagtail.admin.ui.tables import Column

from donors.payments.payout_models import Payout, PayoutLine

_LINE, _PAYOUT = "payout_line:", "payout:"


def with_payout(alarms: QuerySet[Any]) -> QuerySet[Any]:
    """The alarms with `payout_pk`, the payout that the key names as payout:po_…:what or payout_line:txn_…"""
    rest = Substr(OuterRef("key"), len(_PAYOUT) + 1)
    payouts = Payout.objects.filter(stripe_payout_id=Substr(rest, 1, _before_colon(rest)))
    lines = PayoutLine.objects.filter(transaction_id=Substr(OuterRef("key"), len(_LINE) + 1))
    found: QuerySet[Any] = alarms.annotate(
        payout_pk=Case(
            When(key__startswith=_LINE, then=Subquery(lines.values("payout__pk")[:1])),
            When(key__startswith=_PAYOUT, then=Subquery(payouts.values("pk")[:1])),
            output_field=BigIntegerField(),
        )
    )
    return found


class SubjectColumn(Column):
    """The way to the gift and to the payout that the alarm is about, if it is about one."""

    cell_template_name = "office/subject_cell.html"


def _before_colon(text: Substr) -> Any:
    """Length of what stands before the first colon; PostgreSQL refuses a negative one."""
    return StrIndex(Concat(text, Value(":")), Value(":")) - 1
