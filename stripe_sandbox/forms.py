"""Stripe's form encoding: `line_items[0][price_data][currency]=eur`. https://docs.stripe.com/api"""

import re
from typing import Any
from urllib.parse import parse_qsl

from stripe_sandbox.errors import invalid_request

PARTS = re.compile(r"\[([^\[\]]*)\]")


def decode_form(text: str) -> dict[str, Any]:
    """Nested dicts of strings; `a[]` appends, `a[0]` stays a numbered dict until its type is known."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head, bracket, _ = name.partition("[")
        path = [head, *PARTS.findall(name[len(head) :])] if bracket else [name]
        _put(tree, path, value, name)
    return tree


def _put(tree: dict[str, Any], path: list[str], value: str, name: str) -> None:
    for position, part in enumerate(path[:-1]):
        if path[position + 1] == "":
            items = tree.setdefault(part, [])
            if not isinstance(items, list) or position + 2 != len(path):
                raise invalid_request(f"Invalid array: {name}", param=name)
            items.append(value)
            return
        tree = tree.setdefault(part, {})
        if not isinstance(tree, dict):
            raise invalid_request(f"Invalid hash: {name}", param=name)
    tree[path[-1]] = value
