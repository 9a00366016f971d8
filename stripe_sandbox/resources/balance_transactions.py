"""/v1/balance_transactions, to read."""

import stripe
from stripe.params import BalanceTransactionListParams, BalanceTransactionRetrieveParams

from stripe_sandbox.errors import unsupported
from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj


def retrieve(call: Call) -> Obj:
    return call.world.get(stripe.BalanceTransaction, call.target)


def index(call: Call) -> Obj:
    params = call.params
    if "payout" in params:
        raise unsupported("payouts", param="payout")
    filters = Filters().created(params.get("created"))
    for name in ("currency", "source", "type"):
        filters.equal(name, params.get(name))
    return list_objects(call, "balance_transaction", filters)


ROUTES = [
    Route("GET", "/v1/balance_transactions", index, BalanceTransactionListParams),
    Route("GET", "/v1/balance_transactions/{id}", retrieve, BalanceTransactionRetrieveParams),
]
