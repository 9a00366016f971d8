"""The full number of a receipt as the database can write it: to search by a part of it, and to export it."""

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Cast, Concat, LPad


def full_number(receipt: str = "") -> Concat:
    """`Receipt.full_number` as an expression; `receipt` is the path to the receipt, e.g. "receipt__"."""
    number = Cast(F(f"{receipt}number"), CharField())
    return Concat(
        Case(When(**{f"{receipt}series__livemode": False}, then=Value("TEST-")), default=Value("")),
        Cast(F(f"{receipt}series__year"), CharField()),
        Value("-"),
        # LPad cuts what is longer
        Case(When(**{f"{receipt}number__lt": 1_000_000}, then=LPad(number, 6, Value("0"))), default=number),
        output_field=CharField(),
    )
