"""Stripe's words for its lines, in words of people."""

import pytest

from donors.payments.line_kinds import kind_name


@pytest.mark.parametrize(
    ("line_type", "category", "words"),
    [
        ("charge", "charge", "Don"),
        ("payment", "charge", "Don"),
        ("refund", "refund", "Remboursement"),
        ("payment_refund", "refund", "Remboursement"),
        ("refund_failure", "refund_failure", "Remboursement non abouti"),
        ("payment_failure_refund", "charge_failure", "Prélèvement repris par la banque"),
        ("adjustment", "dispute", "Contestation"),
        ("adjustment", "dispute_reversal", "Contestation gagnée"),
        ("stripe_fee", "fee", "Frais du compte Stripe"),
        ("payout", "payout", "Virement à la banque"),
        ("payout_failure", "payout_reversal", "Virement revenu de la banque"),
    ],
)
def test_each_kind_has_its_words(line_type: str, category: str, words: str) -> None:
    assert kind_name(line_type, category) == words


def test_what_we_do_not_know_keeps_stripes_name() -> None:
    assert kind_name("climate_order_purchase", "other") == "Autre opération (climate_order_purchase)"
    assert kind_name("adjustment", "other_adjustment") == "Autre opération (adjustment)"
