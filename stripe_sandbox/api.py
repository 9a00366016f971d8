"""From a request to an answer: find the endpoint, read the parameters, run it, expand, check, remember."""

import copy
from dataclasses import dataclass

from stripe_sandbox.answers import Response, json_answer
from stripe_sandbox.errors import Declined, StripeError, unsupported
from stripe_sandbox.expand import expand
from stripe_sandbox.forms import decode_form
from stripe_sandbox.idempotency import recall, remember
from stripe_sandbox.resources import (
    accounts,
    balance,
    balance_transactions,
    billing_portal,
    charges,
    checkout_sessions,
    customers,
    disputes,
    events,
    invoices,
    mandates,
    payment_intents,
    payment_methods,
    payouts,
    prices,
    products,
    refunds,
    subscriptions,
    webhook_endpoints,
)
from stripe_sandbox.routing import Call, Route, find_route
from stripe_sandbox.schema.objects import Obj, check
from stripe_sandbox.schema.requests import read_params
from stripe_sandbox.world import API_VERSION, CLASSES, Origin, World

ROUTES: list[Route] = [
    *accounts.ROUTES,
    *balance.ROUTES,
    *balance_transactions.ROUTES,
    *billing_portal.ROUTES,
    *charges.ROUTES,
    *checkout_sessions.ROUTES,
    *customers.ROUTES,
    *disputes.ROUTES,
    *events.ROUTES,
    *invoices.ROUTES,
    *mandates.ROUTES,
    *payment_intents.ROUTES,
    *payment_methods.ROUTES,
    *payouts.ROUTES,
    *prices.ROUTES,
    *products.ROUTES,
    *refunds.ROUTES,
    *subscriptions.ROUTES,
    *webhook_endpoints.ROUTES,
]


@dataclass(frozen=True)
class Incoming:
    """One call as it came in; `text` is its query or its body, whichever carries the parameters."""

    method: str
    path: str
    text: str
    request_id: str
    version: str | None
    key: str | None


def answer_call(world: World, call: Incoming) -> Response:
    """Run one call under the world's lock. A refused call changes nothing. Raises `StripeError`."""
    if call.version not in (None, API_VERSION):
        raise unsupported(f"API version {call.version}, only {API_VERSION}")
    route, target = find_route(ROUTES, call.method, call.path)
    raw = decode_form(call.text)
    with world.lock:
        if call.key is not None:
            known = recall(world, call.key, call.path, raw)
            if known is not None:
                headers = {**known.headers, "Request-Id": call.request_id, "Stripe-Version": API_VERSION}
                return Response(known.status, headers, known.body)
        try:
            with world.store.transaction():
                answer = _answer(
                    world, route, call, Call(world, call.path, target, read_params(route.params, raw))
                )
                if call.key is not None:
                    remember(world, call.key, call.path, raw, answer)
        except StripeError as error:
            if error.kept and call.key is not None:
                remember(world, call.key, call.path, raw, refuse(error, call.request_id))
            raise
    return answer


def _answer(world: World, route: Route, incoming: Incoming, call: Call) -> Response:
    try:
        return _run(world, route, incoming, call)
    except Declined as error:
        return refuse(error, incoming.request_id)


def _run(world: World, route: Route, incoming: Incoming, call: Call) -> Response:
    world.origin = Origin(incoming.request_id, incoming.key)
    try:
        paths = call.params.pop("expand", [])
        obj = expand(world, copy.deepcopy(route.handler(call)), paths)
    finally:
        world.origin = Origin()
    _check_answer(obj)
    headers = {"Request-Id": incoming.request_id, "Stripe-Version": API_VERSION}
    if incoming.key is not None:
        headers["Idempotency-Key"] = incoming.key
    answer = json_answer(200, obj)
    return Response(200, {**answer.headers, **headers}, answer.body)


def _check_answer(obj: Obj) -> None:
    for item in obj["data"] if obj["object"] == "list" else [obj]:
        check(CLASSES[item["object"]], item)


def refuse(error: StripeError, request_id: str) -> Response:
    return json_answer(
        error.status, error.body(request_id), Request_Id=request_id, Stripe_Version=API_VERSION
    )
