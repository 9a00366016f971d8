"""`expand[]`: replace ids by the objects they name. https://docs.stripe.com/api/expanding_objects"""

import stripe

from stripe_sandbox.errors import invalid_request
from stripe_sandbox.listing import list_object
from stripe_sandbox.resources import checkout_sessions
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.schema.shapes import Shape, fields_of
from stripe_sandbox.world import CLASSES, World

MAX_DEPTH = 4

# Lists that Stripe leaves out until they are asked for: what is in them, and its field that names the owner.
INNER_LISTS = {
    ("charge", "refunds"): ("refund", "charge"),
    ("invoice", "payments"): ("invoice_payment", "invoice"),
}


def expand(world: World, obj: Obj, paths: list[str]) -> Obj:
    """Expand `obj` in place along every path; raises 400 for a path too deep or not expandable."""
    for path in paths:
        parts = path.split(".")
        if len(parts) > MAX_DEPTH:
            raise invalid_request(
                f"You cannot expand more than {MAX_DEPTH} levels of a property. Property: {path}",
                param="expand",
            )
        _Path(world, path).follow(obj, CLASSES.get(obj["object"]), parts)
    return obj


class _Path:
    """One path on its way through an answer."""

    def __init__(self, world: World, path: str) -> None:
        self.world = world
        self.path = path

    def follow(self, obj: Obj, cls: type | None, parts: list[str]) -> None:
        """Expand `parts` below `obj`, which is a list, a Stripe object or a part of one."""
        head, *rest = parts
        if obj.get("object") == "list":
            if head != "data":
                raise self._not_expandable(head)
            for item in obj["data"]:
                if rest:
                    self.follow(item, CLASSES.get(item["object"]), rest)
        elif cls is None or head not in fields_of(cls):
            raise self._not_expandable(head)
        elif not obj.get("deleted"):
            self._into(obj, head, rest, fields_of(cls)[head].shape)

    def _into(self, obj: Obj, head: str, rest: list[str], shape: Shape) -> None:
        value = obj.get(head)
        if shape.listing is not None:
            value = obj[head] = value or self._inner_list(obj, head)
        elif shape.expandable:
            value = obj[head] = self.world.store.get(value) if isinstance(value, str) else value
        elif not (rest and shape.classes):
            raise self._not_expandable(head)
        if rest and isinstance(value, dict):
            part = CLASSES.get(value["object"]) if "object" in value else shape.classes[0]
            self.follow(value, part, rest)

    def _inner_list(self, obj: Obj, name: str) -> Obj:
        if (obj["object"], name) == (stripe.checkout.Session.OBJECT_NAME, "line_items"):
            items = checkout_sessions.line_items_of(self.world, obj["id"])
            return list_object(f"/v1/checkout/sessions/{obj['id']}/line_items", items, has_more=False)
        if (obj["object"], name) not in INNER_LISTS:
            raise self._not_expandable(name)
        kind, owner = INNER_LISTS[obj["object"], name]
        found = self.world.store.find(kind, f"json_extract(body, '$.{owner}') = ?", obj["id"], limit=10)
        return list_object(f"/v1/{obj['object']}s/{obj['id']}/{name}", found, has_more=False)

    def _not_expandable(self, name: str) -> Exception:
        return invalid_request(
            f"This property cannot be expanded ({name}). Asked for: {self.path}.",
            param="expand",
        )
