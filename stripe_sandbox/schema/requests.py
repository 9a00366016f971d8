"""Turn form-encoded strings into typed parameters, refusing what the SDK's parameter types do not know."""

import re
from decimal import Decimal
from typing import Any

from typing_extensions import is_typeddict

from stripe_sandbox.errors import invalid_request
from stripe_sandbox.schema.shapes import Shape, fields_of

INTEGER = re.compile(r"-?[0-9]{1,18}\Z")
DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?\Z")

REMOVED = {
    "payment_method_types": (
        "payment_method_types_no_longer_supported",
        "The `payment_method_types` parameter is no longer supported. Manage payment methods in the"
        " Dashboard, or use `allowed_payment_method_types` or `excluded_payment_method_types`.",
    )
}


def read_params(cls: type, raw: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """The typed parameters of one request.

    Raises a 400 `StripeError` for one that is unknown, missing, of the wrong type or outside its list.
    """
    fields = fields_of(cls)
    typed: dict[str, Any] = {}
    for name, value in raw.items():
        where = f"{prefix}[{name}]" if prefix else name
        if name not in fields:
            raise _unknown(name, where)
        typed[name] = _read(fields[name].shape, value, where)
    for name, field in fields.items():
        if field.required and name not in typed:
            where = f"{prefix}[{name}]" if prefix else name
            raise invalid_request(f"Missing required param: {where}.", param=where, code="parameter_missing")
    return typed


def _unknown(name: str, where: str) -> Exception:
    if where in REMOVED:
        code, message = REMOVED[where]
        return invalid_request(message, param=where, code=code)
    return invalid_request(f"Received unknown parameter: {where}", param=where, code="parameter_unknown")


def _read(shape: Shape, value: Any, where: str) -> Any:
    if isinstance(value, str):
        return _read_text(shape, value, where)
    if isinstance(value, list) or (shape.items is not None and _numbered(value)):
        return _read_list(shape, value, where)
    if shape.values is not None:
        return {key: _read_entry(shape.values, item, f"{where}[{key}]") for key, item in value.items()}
    for cls in shape.classes:
        if is_typeddict(cls):
            return read_params(cls, value, where)
    raise invalid_request(f"Invalid hash: {where} does not take keys.", param=where)


def _read_entry(shape: Shape, value: Any, where: str) -> Any:
    """A value of a map such as metadata, where the empty string removes the key."""
    return "" if value == "" else _read(shape, value, where)


def _numbered(value: dict[str, Any]) -> bool:
    return all(key.isdigit() for key in value)


def _read_list(shape: Shape, value: Any, where: str) -> list[Any]:
    if shape.items is None:
        raise invalid_request(f"Invalid array: {where} does not take a list.", param=where)
    items = value if isinstance(value, list) else [value[key] for key in sorted(value, key=int)]
    return [_read(shape.items, item, f"{where}[{index}]") for index, item in enumerate(items)]


def _read_text(shape: Shape, value: str, where: str) -> Any:
    if value == "":
        return _read_empty(shape, where)
    if shape.choices and int not in shape.scalars and bool not in shape.scalars:
        if value not in shape.choices:
            known = ", ".join(sorted(word for word in shape.choices if word))
            raise invalid_request(f"Invalid {where}: must be one of {known}", param=where)
        return value
    if value in shape.literals:
        return value
    if int in shape.scalars:
        return _read_integer(value, where)
    if bool in shape.scalars:
        return _read_boolean(value, where)
    if str in shape.scalars or shape.anything:
        return value
    if Decimal in shape.scalars or float in shape.scalars:
        return _read_decimal(value, where)
    kind = "array" if shape.items is not None else "object"
    raise invalid_request(f"Invalid {kind}", param=where)


def _read_empty(shape: Shape, where: str) -> Any:
    if "" in shape.literals:
        return ""
    raise invalid_request(
        f"You passed an empty string for '{where}'. We assume empty values are an attempt to unset a"
        f" parameter; however '{where}' cannot be unset. You should remove '{where}' from your request or"
        " supply a non-empty value.",
        param=where,
        code="parameter_invalid_empty",
    )


def _read_integer(value: str, where: str) -> int:
    if not INTEGER.match(value):
        raise invalid_request(f"Invalid integer: {value}", param=where, code="parameter_invalid_integer")
    return int(value)


def _read_boolean(value: str, where: str) -> bool:
    if value not in ("true", "false"):
        raise invalid_request(f"Invalid boolean: {value}", param=where)
    return value == "true"


def _read_decimal(value: str, where: str) -> str:
    if not DECIMAL.match(value):
        raise invalid_request(f"Invalid decimal: {value}", param=where)
    return value
