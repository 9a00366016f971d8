"""Which objects stand on one page: a payment with what came of it, a subscription with its months."""

from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World

MOST = 25
# The object whose page shows this one, by the field that names it.
HEADS = {
    "charge": "payment_intent",
    "dispute": "payment_intent",
    "radar.early_fraud_warning": "payment_intent",
    "refund": "payment_intent",
}
PAGES = {
    "dispute": "/disputes/",
    "event": "/events/",
    "payout": "/payouts/",
    "subscription": "/subscriptions/",
}


def family_of(world: World, obj: Obj) -> list[Obj]:
    """The object that heads the page, then the rest of its family, oldest first."""
    head = world.store.get(obj.get(HEADS.get(obj["object"], "")) or "") or obj
    members = MEMBERS.get(head["object"])
    return [head] if members is None else [head, *members(world, head)]


def lines_of(world: World, family: list[Obj]) -> list[Obj]:
    """The lines of the balance that belong to a payment or a payout."""
    if family[0]["object"] == "payout":
        where, values = "id in (select txn from payout_lines where payout = ?)", [family[0]["id"]]
    else:
        values = [member["id"] for member in family]
        where = f"json_extract(body, '$.source') in ({', '.join('?' * len(values))})"
    return world.store.find("balance_transaction", where, *values, limit=200, order="created, seq")


def _of_payment(world: World, intent: Obj) -> list[Obj]:
    same = "json_extract(body, '$.payment_intent') = ?"
    kinds = ("charge", "radar.early_fraud_warning", "refund", "dispute")
    return [
        found
        for kind in kinds
        for found in world.store.find(kind, same, intent["id"], limit=MOST, order="created, seq")
    ]


def _of_subscription(world: World, subscription: Obj) -> list[Obj]:
    mine = "json_extract(body, '$.parent.subscription_details.subscription') = ?"
    invoices = world.store.find("invoice", mine, subscription["id"], limit=MOST)
    customer = world.store.get(subscription["customer"])
    return [*invoices, *([customer] if customer else [])]


def _of_invoice(world: World, invoice: Obj) -> list[Obj]:
    paid = world.store.find("invoice_payment", "json_extract(body, '$.invoice') = ?", invoice["id"])
    named = [payment["payment"].get("payment_intent") for payment in paid]
    return [intent for intent in map(world.store.get, filter(None, named)) if intent]


MEMBERS = {
    "payment_intent": _of_payment,
    "subscription": _of_subscription,
    "invoice": _of_invoice,
}
