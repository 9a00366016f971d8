"""Read the SDK's generated annotations and turn each into a `Shape` that can be checked quickly.

Resource classes (`stripe.Charge`) and parameter TypedDicts (`stripe.params.RefundCreateParams`) are read
the same way. Names that the SDK imports under `if TYPE_CHECKING` do not exist at run time; they are found
in its source.
"""

import ast
import importlib
import inspect
import sys
import types
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import (
    Any,
    ClassVar,
    ForwardRef,
    Literal,
    NotRequired,
    Required,
    TypeVar,
    Union,
    get_args,
    get_origin,
)

from stripe import ListObject, RequestOptions, StripeObject
from stripe._stripe_object import UntypedStripeObject
from typing_extensions import is_typeddict

REQUEST_OPTIONS = frozenset(RequestOptions.__annotations__)


@dataclass(frozen=True)
class Shape:
    """Everything that one field may hold; a union is simply several of these at once."""

    nullable: bool = False
    anything: bool = False
    literals: frozenset[Any] = frozenset()
    scalars: frozenset[type] = frozenset()
    items: "Shape | None" = None
    values: "Shape | None" = None
    listing: "Shape | None" = None
    classes: tuple[type, ...] = ()

    @property
    def choices(self) -> frozenset[str]:
        """The allowed words; the SDK's enums are open (`Literal | str`), ours are not."""
        words = frozenset(word for word in self.literals if isinstance(word, str))
        return frozenset() if words == {""} and str in self.scalars else words

    @property
    def expandable(self) -> bool:
        """A field that holds either an id or the object itself."""
        return str in self.scalars and any(hasattr(cls, "OBJECT_NAME") for cls in self.classes)


@dataclass(frozen=True)
class Field:
    shape: Shape
    required: bool


@cache
def fields_of(cls: type) -> dict[str, Field]:
    """The fields of a resource class or TypedDict, without the SDK's own request options."""
    fields: dict[str, Field] = {}
    for owner in reversed(cls.__mro__):
        if owner in (dict, object, StripeObject) or not hasattr(owner, "__annotations__"):
            continue
        for name, hint in vars(owner).get("__annotations__", {}).items():
            if name.startswith("_") or get_origin(hint) is ClassVar:
                continue
            if is_typeddict(cls) and name in REQUEST_OPTIONS:
                continue
            fields[name] = _field(hint, owner)
    return fields


def _field(hint: Any, owner: type) -> Field:
    optional = get_origin(hint) is NotRequired
    if get_origin(hint) in (NotRequired, Required):
        hint = get_args(hint)[0]
    shape = shape_of(hint, owner)
    return Field(shape, required=not (optional or shape.nullable))


def shape_of(hint: Any, owner: type) -> Shape:
    """The shape of one annotation, as it reads in the module where `owner` is written."""
    if isinstance(hint, str | ForwardRef):
        text = hint if isinstance(hint, str) else hint.__forward_arg__
        names = _Names(owner)
        return shape_of(eval(text, {}, names), owner)  # noqa: S307 - the SDK's own source
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _merge([shape_of(part, owner) for part in get_args(hint)])
    return _generic(hint, origin, owner) if origin is not None else _plain(hint)


def _generic(hint: Any, origin: Any, owner: type) -> Shape:
    arguments = get_args(hint)
    if origin is Literal:
        return Shape(literals=frozenset(arguments))
    if origin is list:
        return Shape(items=shape_of(arguments[0], owner))
    if origin is dict:
        return Shape(values=shape_of(arguments[1], owner))
    if origin is UntypedStripeObject:
        return Shape(values=shape_of(arguments[0], owner))
    if origin is ListObject:
        return Shape(listing=shape_of(arguments[0], owner))
    raise TypeError(f"no rule for {hint!r} in {owner.__qualname__}")


def _plain(hint: Any) -> Shape:
    if hint is None or hint is type(None):
        return Shape(nullable=True)
    if hint is Any or isinstance(hint, TypeVar):
        return Shape(anything=True)
    if hint in (str, int, bool, float, Decimal):
        return Shape(scalars=frozenset({hint}))
    if isinstance(hint, type):
        return Shape(classes=(hint,))
    raise TypeError(f"no rule for {hint!r}")


def _merge(shapes: list[Shape]) -> Shape:
    return Shape(
        nullable=any(shape.nullable for shape in shapes),
        anything=any(shape.anything for shape in shapes),
        literals=frozenset().union(*(shape.literals for shape in shapes)),
        scalars=frozenset().union(*(shape.scalars for shape in shapes)),
        items=next((shape.items for shape in shapes if shape.items), None),
        values=next((shape.values for shape in shapes if shape.values), None),
        listing=next((shape.listing for shape in shapes if shape.listing), None),
        classes=tuple(cls for shape in shapes for cls in shape.classes),
    )


class _Names(dict[str, Any]):
    """The names that an annotation of `owner` may use, looked up only when asked for."""

    def __init__(self, owner: type) -> None:
        super().__init__()
        self.owner = owner

    def __missing__(self, name: str) -> Any:
        module = sys.modules[self.owner.__module__]
        if hasattr(module, name):
            return getattr(module, name)
        source = _typing_imports(module.__name__).get(name)
        if source is None:
            raise KeyError(name)  # then eval looks among the builtins
        return getattr(importlib.import_module(source[0]), source[1])


@cache
def _typing_imports(module_name: str) -> dict[str, tuple[str, str]]:
    """What a module imports under `if TYPE_CHECKING`: name → (module, attribute)."""
    found: dict[str, tuple[str, str]] = {}
    for node in ast.parse(inspect.getsource(sys.modules[module_name])).body:
        if not (
            isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        ):
            continue
        for statement in node.body:
            if isinstance(statement, ast.ImportFrom) and statement.module:
                for alias in statement.names:
                    found[alias.asname or alias.name] = (statement.module, alias.name)
    return found
