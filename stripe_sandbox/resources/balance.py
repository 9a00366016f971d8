"""/v1/balance: what could go to the bank now, and what is on its way."""

from stripe import Balance
from stripe.params import BalanceRetrieveParams

from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj, build

SUMS = """
select json_extract(body, '$.currency') as currency,
    (json_extract(body, '$.status') = 'available' or json_extract(body, '$.type') = 'payout') as available,
    sum(json_extract(body, '$.net')) as net
from objects where type = 'balance_transaction' group by 1, 2
"""


def retrieve(call: Call) -> Obj:
    """Sums over all balance transactions; a payout leaves the available part as soon as it is made."""
    sums = {(row["currency"], bool(row["available"])): row["net"] for row in call.world.store.rows(SUMS)}
    currencies = sorted({currency for currency, _ in sums} | {"eur"})
    parts = {
        name: [_part(currency, sums.get((currency, available), 0)) for currency in currencies]
        for name, available in (("available", True), ("pending", False))
    }
    return build(Balance, {"object": "balance", "livemode": False, **parts})


def _part(currency: str, amount: int) -> Obj:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


ROUTES = [Route("GET", "/v1/balance", retrieve, BalanceRetrieveParams)]
