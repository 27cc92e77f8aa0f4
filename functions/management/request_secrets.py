"""What requests of fetch steps are signed with in an environment."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from tocsin.contract.credentials import RequestSecretOut, created_secret_out
from tocsin.domain.ids import random_secret
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.router import Router
from tocsin.usecases.request_secrets import RequestSecretPorts, make_request_secret

router = Router()


@router.post(
    "/v1/environments/<slug>/request_secret",
    summary="Make a request secret",
    responses=documented(RequestSecretOut),
    tags=["Environments"],
)
def post_request_secret(slug: PathText, call: Call) -> Response[Any]:
    """Shown this once. Fetch steps with `sign_request` sign with it, and for a day with the one before, too."""
    services = call.services
    ports = RequestSecretPorts(
        services.environments, services.request_secrets, services.new_uuid, random_secret
    )
    return json_response(created_secret_out(make_request_secret(ports, slug, call.now)))
