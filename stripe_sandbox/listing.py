"""Lists with Stripe's cursors: newest first, `limit`, `starting_after`, `ending_before`, `has_more`."""

from typing import Any

from stripe_sandbox.errors import invalid_request, resource_missing
from stripe_sandbox.routing import Call
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.store import NEWEST_FIRST, OLDEST_FIRST

COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}

PAGING = frozenset({"ending_before", "limit", "starting_after"})


class Filters:
    """SQL conditions put together from parameters that were given."""

    def __init__(self) -> None:
        self.conditions: list[str] = ["coalesce(json_extract(body, '$.deleted'), 0) = 0"]
        self.values: list[Any] = []

    def equal(self, name: str, value: Any) -> "Filters":
        """Keep objects whose field `name` (written by us) equals `value`; None means not asked."""
        if value is not None:
            self.conditions.append(f"json_extract(body, '$.{name}') = ?")
            self.values.append(value)
        return self

    def created(self, wanted: Any) -> "Filters":
        return self.range("created", wanted)

    def range(self, column: str, wanted: Any) -> "Filters":
        """Keep what lies at a moment, or between `gt`, `gte`, `lt` and `lte`; None means not asked."""
        if isinstance(wanted, int):
            return self._where(f"{column} = ?", wanted)
        for name, value in (wanted or {}).items():
            self._where(f"{column} {COMPARISONS[name]} ?", value)
        return self

    def one_of(self, column: str, wanted: list[Any] | None) -> "Filters":
        if wanted:
            self._where(f"{column} in ({', '.join('?' * len(wanted))})", *wanted)
        return self

    def sql(self, condition: str, *values: Any) -> "Filters":
        return self._where(condition, *values)

    def _where(self, condition: str, *values: Any) -> "Filters":
        self.conditions.append(condition)
        self.values.extend(values)
        return self


def list_objects(call: Call, kind: str, filters: Filters) -> Obj:
    """One page of the objects of `kind` that pass the filters."""
    limit = _limit(call.params)
    after, before = call.params.get("starting_after", ""), call.params.get("ending_before", "")
    if after and before:
        raise invalid_request("You cannot use `starting_after` and `ending_before` together.")
    conditions, values = list(filters.conditions), list(filters.values)
    if after or before:
        param = "starting_after" if after else "ending_before"
        created, seq = _cursor(call, kind, after or before, param)
        conditions.append(f"(created, seq) {'<' if after else '>'} (?, ?)")
        values += [created, seq]
    found = _page(call, kind, conditions, values, limit + 1)
    return list_object(
        call.path, found[:limit] if not before else found[:limit][::-1], has_more=len(found) > limit
    )


def list_object(url: str, data: list[Obj], *, has_more: bool) -> Obj:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def _limit(params: dict[str, Any]) -> int:
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid_request("Invalid limit: must be between 1 and 100", param="limit")
    return int(limit)


def _cursor(call: Call, kind: str, object_id: str, param: str) -> tuple[int, int]:
    row = call.world.store.run(
        "select created, seq from objects where id = ? and type = ?", object_id, kind
    ).fetchone()
    if row is None:
        raise resource_missing(kind, object_id, param=param, status=400)
    return row["created"], row["seq"]


def _page(call: Call, kind: str, conditions: list[str], values: list[Any], limit: int) -> list[Obj]:
    order = OLDEST_FIRST if call.params.get("ending_before") else NEWEST_FIRST
    return call.world.store.find(kind, " and ".join(conditions), *values, limit=limit, order=order)
