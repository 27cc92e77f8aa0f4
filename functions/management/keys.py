"""API keys: list, create, rename and expire, revoke."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.lists import page, slice_of_all
from tocsin.contract.credentials import (
    ApiKeyIn,
    ApiKeyOut,
    ApiKeysPageOut,
    ApiKeysQuery,
    CreatedApiKeyOut,
    KeyChangesIn,
    api_key_out,
)
from tocsin.domain.ids import random_secret
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.lambda_kit.router import Router
from tocsin.usecases.api_keys import (
    ApiKeyPorts,
    change_api_key,
    create_api_key,
    find_api_key,
    list_api_keys,
    revoke_api_key,
)

router = Router()
TAGS = ["API keys"]


def _ports(call: CallFacts) -> ApiKeyPorts:
    services = call.services
    return ApiKeyPorts(services.environments, services.api_keys, services.new_uuid, random_secret)


@router.get("/v1/api_keys", summary="List API keys", responses=documented(ApiKeysPageOut), tags=TAGS)
def list_keys(query: Annotated[ApiKeysQuery, Query()], call: Call) -> Response[Any]:
    """Of all environments and kinds, oldest first, never the keys themselves. A new one may show up a second later."""
    keys = list_api_keys(_ports(call), query.environment, query.kind)
    found = slice_of_all(keys, window_of(query), lambda key: key.id)
    return json_response(page(found, query.page_size, lambda key: api_key_out(key, call.now)))


@router.post("/v1/api_keys", summary="Create an API key", responses=documented(CreatedApiKeyOut), tags=TAGS)
def create_key(body: ApiKeyIn, call: Call) -> Response[Any]:
    """Shows the key, this once: only its hash is kept."""
    created = create_api_key(
        _ports(call), body.kind, body.environment, call.now, name=body.name, expires_at=body.expires_at
    )
    return json_response({**api_key_out(created.api_key, call.now), "key": created.key})


@router.put(
    "/v1/api_keys/<key_id>", summary="Rename or expire an API key", responses=documented(ApiKeyOut), tags=TAGS
)
def change_key(key_id: PathText, body: KeyChangesIn, call: Call) -> Response[Any]:
    """Another name, another end, or with `expires_at: null` none. It holds everywhere within a minute."""
    changed = change_api_key(_ports(call), key_id, body.changes(), call.now)
    return json_response(api_key_out(changed, call.now))


@router.delete(
    "/v1/api_keys/<key_id>", summary="Revoke an API key", responses=NO_CONTENT_DOCUMENTED, tags=TAGS
)
def revoke_key(key_id: PathText, call: Call) -> Response[Any]:
    """For ever. Whoever uses it is refused within a minute."""
    ports = _ports(call)
    revoke_api_key(ports, find_api_key(ports, key_id))
    return no_content()
