"""Which workflows start for whoever comes into an audience: get, set."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.surroundings import known_environment
from tocsin.contract.audience_triggers import (
    AudienceTriggersIn,
    AudienceTriggersOut,
    audience_triggers_out,
)
from tocsin.contract.management import EnvironmentQuery
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.paths import ObjectId
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.router import Router
from tocsin.usecases.audience_triggers import set_audience_triggers

router = Router()
PATH = "/v1/audiences/<key>/triggers"
TAGS = ["Audience definitions"]


@router.get(PATH, summary="Get an audience's triggers", responses=documented(AudienceTriggersOut), tags=TAGS)
def get_audience_triggers(
    key: ObjectId, query: Annotated[EnvironmentQuery, Query()], call: Call
) -> Response[Any]:
    """The workflows that start for whoever comes into it, in this environment. Tocsin's own endpoint."""
    env = known_environment(call)
    workflows = call.services.definitions.audience_triggers(env).get(key, ())
    return json_response(audience_triggers_out(env, key, workflows))


@router.put(PATH, summary="Set an audience's triggers", responses=documented(AudienceTriggersOut), tags=TAGS)
def put_audience_triggers(
    key: ObjectId, body: AudienceTriggersIn, query: Annotated[EnvironmentQuery, Query()], call: Call
) -> Response[Any]:
    """Replaces them, in this environment only and without a commit. It holds within ten seconds. Tocsin's own."""
    env = known_environment(call)
    workflows = set_audience_triggers(call.services.definitions, env, key, body.workflows)
    return json_response(audience_triggers_out(env, key, workflows))
