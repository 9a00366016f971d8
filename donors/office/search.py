"""What the search box of each list looks at: every word must be found somewhere in the row."""

import re
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from donors.accounting.receipt_number import full_number
from donors.gifts.models import Donation
from donors.payments.models import CheckoutAttempt
from donors.payments.payout_models import PayoutLine
from donors.receipts.models import ReceiptLine

MOST_WORDS = 8


def search_gifts(gifts: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By donor, Stripe id (pi_…, ch_…, cs_…), receipt number or part of it, or the gift's own number."""
    for word in _words(text):
        sessions = CheckoutAttempt.objects.filter(donation=OuterRef("pk"), stripe_session_id__icontains=word)
        receipts = _lines_of_receipt(word).filter(donation=OuterRef("pk"))
        found = _donor(word, "donor__") | Exists(sessions) | Exists(receipts)
        found |= Q(stripe_payment_intent_id__icontains=word) | Q(stripe_charge_id__icontains=word)
        gifts = gifts.filter(found | _primary_key(word))
    return gifts


def search_monthly_gifts(promises: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By donor, Stripe id (sub_…, cus_…), or the monthly gift's own number."""
    for word in _words(text):
        found = _donor(word, "donor__") | Q(stripe_subscription_id__icontains=word)
        promises = promises.filter(found | Q(stripe_customer_id__icontains=word) | _primary_key(word))
    return promises


def search_donors(donors: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By name, e-mail, town, a Stripe id of a gift, or a receipt number."""
    for word in _words(text):
        stripe = Q(stripe_payment_intent_id__icontains=word) | Q(stripe_charge_id__icontains=word)
        gifts = Donation.objects.filter(stripe, donor=OuterRef("pk"))
        receipts = _lines_of_receipt(word).filter(receipt__donor=OuterRef("pk"))
        town = Q(city__iregex=re.escape(word)) | Q(postcode__startswith=word)
        donors = donors.filter(_donor(word) | town | Exists(gifts) | Exists(receipts))
    return donors


def search_receipts(receipts: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By number or part of it, by donor, or by a Stripe id of a gift on it."""
    for word in _words(text):
        stripe = Q(donation__stripe_payment_intent_id__icontains=word)
        stripe |= Q(donation__stripe_charge_id__icontains=word)
        gifts = ReceiptLine.objects.filter(stripe, receipt=OuterRef("pk"))
        receipts = receipts.filter(
            Q(printed_number__icontains=word) | _donor(word, "donor__") | Exists(gifts)
        )
    return receipts


def search_events(events: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in _words(text):
        found = Q(stripe_event_id__icontains=word) | Q(type__icontains=word)
        events = events.filter(found | Q(object_id__icontains=word))
    return events


def search_payouts(payouts: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By a Stripe id of the payout (po_…) or of what is in it (txn_…, ch_…, re_…), or by a gift's number."""
    for word in _words(text):
        inside = Q(transaction_id__icontains=word) | Q(source_id__icontains=word)
        if re.fullmatch(r"[1-9][0-9]{0,8}", word):
            inside |= Q(donation=int(word))
        lines = PayoutLine.objects.filter(inside, payout=OuterRef("pk"))
        payouts = payouts.filter(Q(stripe_payout_id__icontains=word) | Exists(lines))
    return payouts


def search_alarms(alarms: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By what the alarm says or is about: its key holds Stripe's id; or by the gift's number."""
    for word in _words(text):
        found = Q(text__icontains=word) | Q(key__icontains=word)
        if re.fullmatch(r"[1-9][0-9]{0,8}", word):
            found |= Q(donation=int(word))
        alarms = alarms.filter(found)
    return alarms


def _words(text: str) -> list[str]:
    # NUL cannot be asked of PostgreSQL
    return text.replace("\x00", "").split()[:MOST_WORDS]


def _donor(word: str, donor: str = "") -> Q:
    """Names by pattern: SQLite's LIKE knows no "É" for "é"."""
    pattern = re.escape(word)
    found = Q(**{f"{donor}email__icontains": word})
    for field in ("first_name", "last_name", "organisation_name"):
        found |= Q(**{f"{donor}{field}__iregex": pattern})
    return found


def _lines_of_receipt(word: str) -> QuerySet[Any]:
    return ReceiptLine.objects.annotate(no=full_number("receipt__")).filter(no__icontains=word)


def _primary_key(word: str) -> Q:
    """ "000012" is a part of a receipt's number; more than nine digits are no number of ours."""
    return Q(pk=int(word)) if re.fullmatch(r"[1-9][0-9]{0,8}", word) else Q()
