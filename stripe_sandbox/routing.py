"""A table of endpoints; each resource module fills its own rows."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from stripe_sandbox.errors import StripeError
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World


@dataclass(frozen=True)
class Call:
    """One API call whose parameters have been read and checked."""

    world: World
    path: str
    target: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """`path` may hold one `{id}`; `params` is the SDK's TypedDict for this call."""

    method: str
    path: str
    handler: Callable[[Call], Obj]
    params: Any

    def match(self, method: str, path: str) -> str | None:
        """The id in the path ('' when the route has none), or None when this is another route."""
        if method != self.method:
            return None
        pattern = re.escape(self.path).replace(r"\{id\}", r"([A-Za-z0-9_]+)")
        found = re.fullmatch(pattern, path)
        return None if found is None else "".join(found.groups())


def find_route(routes: list[Route], method: str, path: str) -> tuple[Route, str]:
    for route in routes:
        target = route.match(method, path)
        if target is not None:
            return route, target
    raise StripeError(
        404,
        "invalid_request_error",
        f"Unrecognized request URL ({method}: {path}). stripe_sandbox answers only the endpoints that this"
        " project uses; see docs/sandbox.md.",
    )
