"""/v1/account: the one pretend account."""

import stripe
from stripe.params import AccountRetrieveCurrentParams

from stripe_sandbox.routing import Call, Route
from stripe_sandbox.schema.objects import Obj
from stripe_sandbox.world import World


def the_account(world: World) -> Obj:
    """The account of this sandbox, made on first use."""
    found = world.store.find("account")
    if found:
        return found[0]
    return world.create(
        stripe.Account,
        "acct",
        business_type="non_profit",
        charges_enabled=True,
        country="FR",
        default_currency="eur",
        business_profile={"name": world.organisation},
        details_submitted=True,
        metadata={},
        payouts_enabled=True,
        settings={"dashboard": {"display_name": world.organisation, "timezone": "Europe/Paris"}},
        type="standard",
    )


def retrieve(call: Call) -> Obj:
    return the_account(call.world)


ROUTES = [Route("GET", "/v1/account", retrieve, AccountRetrieveCurrentParams)]
