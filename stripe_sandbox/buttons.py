"""One button of the pretend Dashboard: something that people, banks and card networks do, not the API."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_type_hints

from stripe_sandbox.schema.objects import Obj


class NotNow(ValueError):
    """The object is not in a state in which this can happen to it."""


def always(obj: Obj) -> bool:
    del obj
    return True


@dataclass(frozen=True)
class Button:
    """What `run(world, …)` does, for whom and when it is offered.

    `on` is the kind of object that the button stands beside; its id is the first parameter of `run`. The
    kind "account" has no object: such a button stands alone. `label` is French, for the page; `choices` are
    the words that a parameter may be, when they are few.
    """

    label: str
    on: str
    run: Callable[..., Obj]
    offered: Callable[[Obj], bool] = always
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """What `run` takes after the world, in order."""
        _, *wanted = inspect.signature(self.run).parameters.values()
        return {parameter.name: parameter for parameter in wanted}

    def options(self, parameter: str) -> tuple[str, ...]:
        """What the parameter may be; nothing when it is free."""
        if get_type_hints(self.run)[parameter] is bool:
            return ("false", "true")
        return self.choices.get(parameter, ())

    def is_number(self, parameter: str) -> bool:
        return get_type_hints(self.run)[parameter] in (int, int | None)

    def read(self, given: dict[str, Any]) -> dict[str, Any]:
        """The parameters in their types, from JSON or from a form; nothing and an empty text are not given.

        Raises ValueError for one that is unknown, missing or of the wrong type.
        """
        hints, known = get_type_hints(self.run), self.parameters
        filled = {name: value for name, value in given.items() if value not in ("", None)}
        unknown = sorted(set(filled) - set(known))
        missing = [p.name for p in known.values() if p.default is p.empty and p.name not in filled]
        if unknown or missing:
            raise ValueError(f"parameters: {', '.join(known) or 'none'}; not {unknown}, missing {missing}")
        return {name: _read(hints[name], value, name) for name, value in filled.items()}


def _read(hint: Any, value: Any, name: str) -> Any:
    if hint is str and isinstance(value, str):
        return value
    if hint is bool and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    if hint in (int, int | None) and str(value).removeprefix("-").isdecimal():
        return int(value)
    raise ValueError(f"{name}: {value!r} is not allowed")
