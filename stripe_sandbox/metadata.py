"""Metadata: 50 keys, names of 40 and values of 500 characters. https://docs.stripe.com/api/metadata"""

from typing import Any

from stripe_sandbox.errors import invalid_request

MAX_KEYS, MAX_NAME, MAX_VALUE = 50, 40, 500


def merge_metadata(current: dict[str, str] | None, given: Any, *, param: str = "metadata") -> dict[str, str]:
    """The new metadata: keys are added, an empty value removes its key, an empty string removes all."""
    if given is None:
        return dict(current or {})
    if given == "":
        return {}
    merged = dict(current or {})
    for name, value in given.items():
        _check_entry(name, value, param)
        merged[name] = value
    merged = {name: value for name, value in merged.items() if value != ""}
    if len(merged) > MAX_KEYS:
        raise invalid_request(
            f"You can have up to {MAX_KEYS} metadata keys; you passed {len(merged)}.", param=param
        )
    return merged


def _check_entry(name: str, value: str, param: str) -> None:
    if len(name) > MAX_NAME:
        raise invalid_request(
            f"Metadata keys can be up to {MAX_NAME} characters long; yours is {len(name)}: {name}.",
            param=f"{param}[{name}]",
        )
    if len(value) > MAX_VALUE:
        raise invalid_request(
            f"Metadata values can have up to {MAX_VALUE} characters, but you passed in a value that is"
            f" {len(value)} characters. Invalid value: {value[:50]}…",
            param=f"{param}[{name}]",
        )
