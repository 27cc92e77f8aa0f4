"""The default preferences of an environment. Like channels and variables they are not versioned: they hold at once."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from tocsin.contract.preferences import PreferenceSetIn, PreferenceSetOut, preference_set_out
from tocsin.domain.errors import NotFoundError
from tocsin.domain.preferences import DEFAULT, PreferenceSet
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.router import Router
from tocsin.usecases.set_preferences import set_default_preferences

router = Router()
_PATH = "/v1/environments/<slug>/preferences"
TAGS = ["Environments", "Preferences"]


def _known(call: CallFacts, slug: str) -> str:
    if call.services.environments.get(slug) is None:
        raise NotFoundError(f"there is no environment {slug!r}")
    return slug


@router.get(_PATH, summary="Get default preferences", responses=documented(PreferenceSetOut), tags=TAGS)
def get_default_preferences(slug: PathText, call: Call) -> Response[Any]:
    """What holds for every recipient that did not say otherwise. Tocsin's own endpoint; Knock has a page for it."""
    found = call.services.preferences.defaults(_known(call, slug))
    return json_response(preference_set_out(found or PreferenceSet(DEFAULT)))


@router.put(_PATH, summary="Set default preferences", responses=documented(PreferenceSetOut), tags=TAGS)
def put_default_preferences(slug: PathText, body: PreferenceSetIn, call: Call) -> Response[Any]:
    """Replaces them, or merges into them. An empty body takes all of them away."""
    preferences = set_default_preferences(call.services.preferences, _known(call, slug), body.root, call.now)
    return json_response(preference_set_out(preferences))
