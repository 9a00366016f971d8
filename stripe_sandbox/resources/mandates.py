"""/v1/mandates, to read. https://docs.stripe.com/api/mandates"""

import stripe
from stripe.params import MandateRetrieveParams

from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj


def retrieve(call: Call) -> Obj:
    return call.world.get(stripe.Mandate, call.target)


ROUTES = [Route("GET", "/v1/mandates/{id}", retrieve, MandateRetrieveParams)]
