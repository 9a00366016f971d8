"""/v1/balance_transactions, to read; `payout` lists what is in a payout, its own line included."""

import stripe
from stripe.params import BalanceTransactionListParams, BalanceTransactionRetrieveParams

from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj

IN_PAYOUT = "id in (select txn from payout_lines where payout = ?)"


def retrieve(call: Call) -> Obj:
    return call.world.get(stripe.BalanceTransaction, call.target)


def index(call: Call) -> Obj:
    params = call.params
    filters = Filters().created(params.get("created"))
    for name in ("currency", "source", "type"):
        filters.equal(name, params.get(name))
    if "payout" in params:
        call.world.get(stripe.Payout, params["payout"], param="payout")
        filters.sql(IN_PAYOUT, params["payout"])
    return list_objects(call, "balance_transaction", filters)


ROUTES = [
    Route("GET", "/v1/balance_transactions", index, BalanceTransactionListParams),
    Route("GET", "/v1/balance_transactions/{id}", retrieve, BalanceTransactionRetrieveParams),
]
