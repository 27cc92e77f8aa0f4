"""The account: whoami, and how its notifications look."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.management.surroundings import token_name
from tocsin.contract.branding import WrappedBrandingIn, WrappedBrandingOut, branding_out
from tocsin.contract.management import WhoamiOut, whoami_out
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.router import Router
from tocsin.usecases.configure_branding import find_branding, set_branding

router = Router()


@router.get("/v1/whoami", summary="Verify a service token", responses=documented(WhoamiOut), tags=["Account"])
def whoami(call: Call) -> Response[Any]:
    """Whose token this is."""
    return json_response(whoami_out(token_name(call)))


@router.get(
    "/v1/branding", summary="Get branding", responses=documented(WrappedBrandingOut), tags=["Account"]
)
def get_branding(call: Call) -> Response[Any]:
    """The account's logos and colours, null where templates get the default. Tocsin's own endpoint."""
    return json_response({"branding": branding_out(find_branding(call.services.environments))})


@router.put(
    "/v1/branding", summary="Set branding", responses=documented(WrappedBrandingOut), tags=["Account"]
)
def put_branding(body: WrappedBrandingIn, call: Call) -> Response[Any]:
    """In all environments at once. What is left out stays; null takes a property away. Tenants' own go first."""
    branding = set_branding(call.services.environments, body.branding)
    return json_response({"branding": branding_out(branding)})
