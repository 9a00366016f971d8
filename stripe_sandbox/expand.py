"""`expand[]`: replace ids by the objects they name. https://docs.stripe.com/api/expanding_objects"""

from typing import Any

import stripe

from stripe_sandbox.errors import invalid_request
from stripe_sandbox.listing import list_object
from stripe_sandbox.resources import checkout_sessions
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.schema.shapes import fields_of
from stripe_sandbox.world import CLASSES, World

MAX_DEPTH = 4


def expand(world: World, obj: Obj, paths: list[str]) -> Obj:
    """Expand `obj` in place along every path; raises 400 for a path too deep or not expandable."""
    for path in paths:
        parts = path.split(".")
        if len(parts) > MAX_DEPTH:
            raise invalid_request(
                f"You cannot expand more than {MAX_DEPTH} levels of a property. Property: {path}",
                param="expand",
            )
        _follow(world, obj, parts, path)
    return obj


def _follow(world: World, obj: Obj, parts: list[str], path: str) -> None:
    head, *rest = parts
    if obj["object"] == "list":
        if head != "data":
            raise _not_expandable(head, path)
        for item in obj["data"]:
            if rest:
                _follow(world, item, rest, path)
        return
    obj[head] = _value(world, obj, head, path)
    if rest and isinstance(obj[head], dict):
        if "object" not in obj[head]:
            raise _not_expandable(rest[0], path)
        _follow(world, obj[head], rest, path)


def _value(world: World, obj: Obj, name: str, path: str) -> Any:
    field = fields_of(CLASSES[obj["object"]]).get(name)
    if field is None or not (field.shape.expandable or field.shape.listing):
        raise _not_expandable(name, path)
    if field.shape.listing is not None:
        return obj[name] if obj.get(name) else _inner_list(world, obj, name, path)
    value = obj.get(name)
    return world.store.get(value) if isinstance(value, str) else value


def _inner_list(world: World, obj: Obj, name: str, path: str) -> Obj:
    if (obj["object"], name) == (stripe.checkout.Session.OBJECT_NAME, "line_items"):
        items = checkout_sessions.line_items_of(world, obj["id"])
        return list_object(f"/v1/checkout/sessions/{obj['id']}/line_items", items, has_more=False)
    if (obj["object"], name) == (stripe.Charge.OBJECT_NAME, "refunds"):
        refunds = world.store.find("refund", "json_extract(body, '$.charge') = ?", obj["id"])
        return list_object(f"/v1/charges/{obj['id']}/refunds", refunds, has_more=False)
    raise _not_expandable(name, path)


def _not_expandable(name: str, path: str) -> Exception:
    return invalid_request(
        f"This property cannot be expanded ({name}). Asked for: {path}.",
        param="expand",
    )
