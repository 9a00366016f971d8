"""/v1/invoices and /v1/invoice_payments: to read, to pay and to void."""

import stripe
from stripe.params import (
    InvoiceListLinesParams,
    InvoiceListParams,
    InvoicePaymentListParams,
    InvoicePaymentRetrieveParams,
    InvoicePayParams,
    InvoiceRetrieveParams,
    InvoiceVoidInvoiceParams,
)

from stripe_sandbox.billing.collecting import collect, give_up, is_processing
from stripe_sandbox.errors import Declined, invalid_request, unsupported
from stripe_sandbox.listing import Filters, list_objects
from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj


def retrieve(call: Call) -> Obj:
    return call.world.get(stripe.Invoice, call.target)


def index(call: Call) -> Obj:
    params = call.params
    if "due_date" in params:
        raise unsupported("the filter `due_date` on invoices", param="due_date")
    filters = Filters().created(params.get("created"))
    for name in ("collection_method", "customer", "status"):
        filters.equal(name, params.get(name))
    filters.equal("parent.subscription_details.subscription", params.get("subscription"))
    return list_objects(call, "invoice", filters)


def lines(call: Call) -> Obj:
    found: Obj = call.world.get(stripe.Invoice, call.target)["lines"]
    return found


def pay(call: Call) -> Obj:
    """Try now, with the card named or the subscription's own. Raises 402 `Declined`; the try is kept."""
    for name in call.params:
        if name not in ("off_session", "payment_method"):
            raise unsupported(f"`{name}` on the payment of an invoice", param=name)
    invoice = call.world.get(stripe.Invoice, call.target)
    if invoice["status"] == "paid":
        raise invalid_request("Invoice is already paid", code="invoice_already_paid", kept=True)
    if invoice["status"] != "open":
        raise invalid_request(f"Invoice with status `{invoice['status']}` cannot be paid.", kept=True)
    if is_processing(call.world, invoice):
        raise invalid_request("A payment of this invoice is processing already.", kept=True)
    method_id = call.params.get("payment_method")
    if method_id is not None:
        call.world.get(stripe.PaymentMethod, method_id, param="payment_method")
    failure = collect(call.world, invoice, method_id)
    if failure is not None:
        raise Declined(failure.message, code=failure.code, decline_code=failure.decline_code)
    return call.world.get(stripe.Invoice, call.target)


def void(call: Call) -> Obj:
    invoice = call.world.get(stripe.Invoice, call.target)
    if invoice["status"] != "open":
        raise invalid_request(
            f"You can only void open invoices. This invoice has status `{invoice['status']}`.", kept=True
        )
    if is_processing(call.world, invoice):
        raise invalid_request("A payment of this invoice is processing; it cannot be voided.", kept=True)
    return give_up(call.world, invoice)


def retrieve_payment(call: Call) -> Obj:
    return call.world.get(stripe.InvoicePayment, call.target)


def index_payments(call: Call) -> Obj:
    """By invoice, or by PaymentIntent: the way from a renewal's payment back to its subscription."""
    params = call.params
    filters = Filters().created(params.get("created"))
    for name in ("invoice", "status"):
        filters.equal(name, params.get(name))
    wanted = params.get("payment")
    if wanted is not None and "payment_intent" not in wanted:
        raise unsupported("payments of another type than `payment_intent`", param="payment[type]")
    filters.equal("payment.payment_intent", wanted and wanted["payment_intent"])
    return list_objects(call, "invoice_payment", filters)


ROUTES = [
    Route("GET", "/v1/invoices", index, InvoiceListParams),
    Route("GET", "/v1/invoices/{id}", retrieve, InvoiceRetrieveParams),
    Route("GET", "/v1/invoices/{id}/lines", lines, InvoiceListLinesParams),
    Route("POST", "/v1/invoices/{id}/pay", pay, InvoicePayParams),
    Route("POST", "/v1/invoices/{id}/void", void, InvoiceVoidInvoiceParams),
    Route("GET", "/v1/invoice_payments", index_payments, InvoicePaymentListParams),
    Route("GET", "/v1/invoice_payments/{id}", retrieve_payment, InvoicePaymentRetrieveParams),
]
