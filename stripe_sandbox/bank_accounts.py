"""The pretend bank accounts behind SEPA debits: Stripe's own test IBANs. https://docs.stripe.com/testing"""

from dataclasses import dataclass

import stripe

from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World


@dataclass(frozen=True)
class Account:
    """A bank account and what its bank does with a debit; `failure` is one of `failing.REASONS`."""

    iban: str
    french: str
    failure: str = ""
    slow: bool = False
    disputed: bool = False


ACCOUNTS = {
    account.iban: account
    for account in (
        Account("FR1420041010050500013M02606", "accepté"),
        Account("FR3020041010050500013M02609", "accepté, plus lentement", slow=True),
        Account("FR8420041010050500013M02607", "refusé", failure="generic_could_not_process"),
        Account(
            "FR7920041010050500013M02600",
            "refusé, plus lentement",
            failure="generic_could_not_process",
            slow=True,
        ),
        Account("FR5720041010050500013M02608", "accepté, puis contesté", disputed=True),
        Account("FR9720041010050000002222227", "compte sans provision", failure="insufficient_funds"),
    )
}
GOOD = "FR1420041010050500013M02606"


def account_with(iban: str) -> Account | None:
    """The test account, however its number is spaced; without a number the one that pays."""
    return ACCOUNTS.get(iban.replace(" ", "").upper() or GOOD)


def make_debit_method(world: World, account: Account, billing_details: Obj) -> Obj:
    method = world.create(
        stripe.PaymentMethod,
        "pm",
        type="sepa_debit",
        allow_redisplay="limited",
        billing_details=billing_details,
        metadata={},
        sepa_debit=bank_of(account.iban),
    )
    world.store.set_fact(f"iban:{method['id']}", account.iban)
    return method


def account_of(world: World, method_id: str) -> Account:
    """The account behind a payment method that `make_debit_method` made."""
    return ACCOUNTS[world.store.fact(f"iban:{method_id}")]


def bank_of(iban: str) -> Obj:
    """What the API tells of an account."""
    return {
        "bank_code": iban[4:9],
        "branch_code": iban[9:14],
        "country": iban[:2],
        "fingerprint": f"sandbox{iban[-6:]}",
        "last4": iban[-4:],
    }
