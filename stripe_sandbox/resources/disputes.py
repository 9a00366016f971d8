"""/v1/disputes and /v1/radar/early_fraud_warnings. https://docs.stripe.com/api/disputes"""

import stripe
from stripe.params import DisputeCloseParams, DisputeListParams, DisputeRetrieveParams
from stripe.params.radar import EarlyFraudWarningListParams, EarlyFraudWarningRetrieveParams

from stripe_sandbox import disputing
from stripe_sandbox.errors import invalid_request
from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

EarlyFraudWarning = stripe.radar.EarlyFraudWarning


def retrieve(call: Call) -> Obj:
    return _with_lines(call.world, call.world.get(stripe.Dispute, call.target))


def index(call: Call) -> Obj:
    found = list_objects(call, "dispute", _of_payment(call))
    return found | {"data": [_with_lines(call.world, dispute) for dispute in found["data"]]}


def close(call: Call) -> Obj:
    """Give in: an open dispute is lost."""
    dispute = call.world.get(stripe.Dispute, call.target)
    if dispute["status"] != disputing.OPEN:
        raise invalid_request(f"This dispute has status {dispute['status']} and cannot be closed.", kept=True)
    return _with_lines(call.world, disputing.lose_dispute(call.world, dispute["id"]))


def _with_lines(world: World, dispute: Obj) -> Obj:
    """Its balance transactions as they are now: pending money has become available since."""
    lines = [world.get(stripe.BalanceTransaction, line["id"]) for line in dispute["balance_transactions"]]
    return dispute | {"balance_transactions": lines}


def retrieve_warning(call: Call) -> Obj:
    return call.world.get(EarlyFraudWarning, call.target)


def index_warnings(call: Call) -> Obj:
    return list_objects(call, EarlyFraudWarning.OBJECT_NAME, _of_payment(call))


def _of_payment(call: Call) -> Filters:
    filters = Filters().created(call.params.get("created"))
    for name in ("charge", "payment_intent"):
        filters.equal(name, call.params.get(name))
    return filters


ROUTES = [
    Route("GET", "/v1/disputes", index, DisputeListParams),
    Route("GET", "/v1/disputes/{id}", retrieve, DisputeRetrieveParams),
    Route("POST", "/v1/disputes/{id}/close", close, DisputeCloseParams),
    Route("GET", "/v1/radar/early_fraud_warnings", index_warnings, EarlyFraudWarningListParams),
    Route("GET", "/v1/radar/early_fraud_warnings/{id}", retrieve_warning, EarlyFraudWarningRetrieveParams),
]
