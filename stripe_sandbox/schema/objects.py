"""Build Stripe objects from the SDK's classes and check every one that leaves the sandbox."""

import copy
from decimal import Decimal
from functools import cache
from typing import Any

import stripe

from stripe_sandbox.schema.shapes import Field, Shape, fields_of

type Obj = dict[str, Any]


class ShapeError(AssertionError):
    """The sandbox made an object that Stripe's own types do not allow: a bug of the sandbox itself."""


def build(cls: type, given: Obj) -> Obj:
    """A whole object of `cls`: all fields that Stripe always sends, then what was given, completed."""
    made = copy.deepcopy(_skeleton(cls))
    fields = fields_of(cls)
    for name, value in given.items():
        made[name] = _complete(fields[name].shape, value) if name in fields else value
    return made


def _complete(shape: Shape, value: Any) -> Any:
    if isinstance(value, dict) and len(shape.classes) == 1 and not hasattr(shape.classes[0], "OBJECT_NAME"):
        return build(shape.classes[0], value)
    if isinstance(value, list) and shape.items is not None:
        return [_complete(shape.items, item) for item in value]
    return value


@cache
def _skeleton(cls: type) -> Obj:
    fields = fields_of(cls)
    absent = _method_names() if "type" in fields else frozenset()
    return {
        name: _empty(field.shape)
        for name, field in fields.items()
        if name not in absent and not _left_out(field)
    }


@cache
def _method_names() -> frozenset[str]:
    """`card`, `sepa_debit` …: an object of one type carries the part named after that type and no other."""
    return fields_of(stripe.PaymentMethod)["type"].shape.choices


def _left_out(field: Field) -> bool:
    """`deleted` is sent on deleted objects alone, and most lists inside an object only when expanded."""
    only_on_deletion = field.shape.nullable and field.shape.literals == {True}
    return only_on_deletion or (field.shape.listing is not None and not field.required)


def _empty(shape: Shape) -> Any:
    if shape.nullable or shape.anything:
        return None
    if shape.literals:
        return min(shape.literals)
    for kind in (str, int, bool, float):
        if kind in shape.scalars:
            return kind()
    if shape.items is not None:
        return []
    if shape.listing is not None:
        return {"object": "list", "data": [], "has_more": False, "url": ""}
    if shape.values is not None:
        return {}
    return copy.deepcopy(_skeleton(shape.classes[0]))


def check(cls: type, value: Obj, where: str = "") -> None:
    """Raise `ShapeError` unless `value` is what the SDK's `cls` describes: no key more, none less."""
    where = where or getattr(cls, "OBJECT_NAME", cls.__name__)
    if value.get("deleted") is True:
        return
    fields = fields_of(cls)
    for name, item in value.items():
        if name not in fields and not (name == "object" and hasattr(cls, "OBJECT_NAME")):
            raise ShapeError(f"{where}.{name}: Stripe has no such field")
        if name in fields:
            check_shape(fields[name].shape, item, f"{where}.{name}")
    for name, field in fields.items():
        if field.required and name not in value:
            raise ShapeError(f"{where}.{name}: missing")


def check_shape(shape: Shape, value: Any, where: str) -> None:
    """Check one value against the union of kinds that its field allows."""
    if shape.anything or (value is None and shape.nullable):
        return
    if isinstance(value, dict):
        _check_dict(shape, value, where)
    elif isinstance(value, list) and shape.items is not None:
        for index, item in enumerate(value):
            check_shape(shape.items, item, f"{where}[{index}]")
    elif not _scalar_fits(shape, value):
        raise ShapeError(f"{where}: {value!r} is not allowed here")


def _scalar_fits(shape: Shape, value: Any) -> bool:
    if isinstance(value, str):
        if shape.choices:
            return value in shape.literals
        return str in shape.scalars or Decimal in shape.scalars
    if isinstance(value, bool):
        return bool in shape.scalars or value in shape.literals
    return isinstance(value, int) and (int in shape.scalars or value in shape.literals)


def _check_dict(shape: Shape, value: Obj, where: str) -> None:
    if shape.listing is not None:
        if set(value) != {"object", "data", "has_more", "url"}:
            raise ShapeError(f"{where}: not a list object")
        for index, item in enumerate(value["data"]):
            check_shape(shape.listing, item, f"{where}.data[{index}]")
    elif shape.values is not None:
        for key, item in value.items():
            check_shape(shape.values, item, f"{where}.{key}")
    elif shape.classes:
        check(_class_for(shape, value), value, where)
    else:
        raise ShapeError(f"{where}: an object is not allowed here")


def _class_for(shape: Shape, value: Obj) -> type:
    for cls in shape.classes:
        if getattr(cls, "OBJECT_NAME", None) == value.get("object"):
            return cls
    return shape.classes[0]
