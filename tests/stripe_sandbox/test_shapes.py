"""The check against the SDK's own types finds what is wrong, on both sides."""

from typing import Any

import pytest
import stripe
from stripe.params import RefundCreateParams

from stripe_sandbox.errors import StripeError
from stripe_sandbox.forms import decode_form
from stripe_sandbox.schema.objects import ShapeError, build, check
from stripe_sandbox.schema.requests import read_params
from stripe_sandbox.schema.shapes import fields_of
from stripe_sandbox.world import CLASSES, World


@pytest.mark.parametrize("kind", sorted(CLASSES))
def test_an_empty_object_of_each_kind_is_whole(kind: str) -> None:
    made = build(CLASSES[kind], {})
    check(CLASSES[kind], made)
    assert made["object"] == kind
    assert "deleted" not in made


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("colour", "blue"),
        ("amount", "5000"),
        ("amount", True),
        ("amount", None),
        ("status", "paid"),
        ("metadata", {"k": 1}),
        ("metadata", None),
        ("currency", 3),
        ("latest_charge", {"object": "charge"}),
        ("payment_method_types", "card"),
        ("payment_method_types", [1]),
        ("last_payment_error", {"type": "sad_error"}),
    ],
)
def test_a_wrong_field_is_found(field: str, value: Any) -> None:
    good = build(stripe.PaymentIntent, {})
    with pytest.raises(ShapeError, match=field):
        check(stripe.PaymentIntent, good | {field: value})


def test_a_missing_field_is_found() -> None:
    made = build(stripe.Charge, {})
    del made["amount"]
    with pytest.raises(ShapeError, match=r"charge\.amount: missing"):
        check(stripe.Charge, made)


def test_the_sandbox_refuses_to_store_a_wrong_object(sandbox: Any) -> None:
    world: World = sandbox.world
    with pytest.raises(ShapeError):
        world.create(stripe.Refund, "re", status="succeeded", reason="no reason")
    assert sandbox.find("refund") == []


def test_a_deleted_object_needs_no_more_than_its_name() -> None:
    check(stripe.Customer, {"id": "cus_1", "object": "customer", "deleted": True})


def test_request_options_are_no_parameters() -> None:
    assert "idempotency_key" not in fields_of(RefundCreateParams)
    with pytest.raises(StripeError, match="unknown parameter: api_key"):
        read_params(RefundCreateParams, {"api_key": "x"})


@pytest.mark.parametrize(
    ("form", "tree"),
    [
        ("a=1&b=", {"a": "1", "b": ""}),
        ("a[b][c]=1&a[b][d]=2", {"a": {"b": {"c": "1", "d": "2"}}}),
        ("a[0]=x&a[1]=y", {"a": {"0": "x", "1": "y"}}),
        ("a[]=x&a[]=y", {"a": ["x", "y"]}),
        ("a=%C3%A9+%26", {"a": "é &"}),
        ("", {}),
    ],
)
def test_stripes_form_encoding_is_read(form: str, tree: dict[str, Any]) -> None:
    assert decode_form(form) == tree


@pytest.mark.parametrize("form", ["a=1&a[b]=2", "a[b]=1&a[]=2", "a[][b]=1"])
def test_a_form_that_contradicts_itself_is_refused(form: str) -> None:
    with pytest.raises(StripeError):
        decode_form(form)


@pytest.mark.parametrize("form", ["amount[x]=1", "amount=1e3", "metadata=x", "reason[0]=a", "expand=x"])
def test_a_value_of_the_wrong_kind_is_refused(form: str) -> None:
    with pytest.raises(StripeError) as caught:
        read_params(RefundCreateParams, decode_form(form))
    assert caught.value.status == 400
