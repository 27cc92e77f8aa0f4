"""What user tokens are signed with in an environment, and whether it insists on them."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.lists import page, slice_of_all
from tocsin.contract.credentials import (
    ClientAuthenticationIn,
    ClientAuthenticationOut,
    CreatedSigningKeyOut,
    ForceQuery,
    KeyChangesIn,
    KeysQuery,
    SigningKeyIn,
    SigningKeyOut,
    SigningKeysPageOut,
    client_authentication_out,
    private_key_out,
    signing_key_out,
)
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.lambda_kit.router import Router
from tocsin.usecases.credentials import existing_environment
from tocsin.usecases.signing_keys import (
    SigningKeyPorts,
    change_signing_key,
    create_signing_key,
    list_signing_keys,
    revoke_signing_key,
    switch_enhanced_security,
)

router = Router()
_KEYS = "/v1/environments/<slug>/signing_keys"
_AUTHENTICATION = "/v1/environments/<slug>/client_authentication"
TAGS = ["Environments", "Client authentication"]


def _ports(call: CallFacts) -> SigningKeyPorts:
    services = call.services
    return SigningKeyPorts(services.environments, services.signing_keys, services.new_uuid)


@router.get(_KEYS, summary="List signing keys", responses=documented(SigningKeysPageOut), tags=TAGS)
def list_keys(slug: PathText, query: Annotated[KeysQuery, Query()], call: Call) -> Response[Any]:
    """Oldest first: their public halves. Nobody but your backend has the private ones."""
    keys = list_signing_keys(_ports(call), slug)
    found = slice_of_all(keys, window_of(query), lambda key: key.id)
    return json_response(page(found, query.page_size, lambda key: signing_key_out(key, call.now)))


@router.post(_KEYS, summary="Create a signing key", responses=documented(CreatedSigningKeyOut), tags=TAGS)
def create_key(slug: PathText, body: SigningKeyIn, call: Call) -> Response[Any]:
    """A new RSA key, whose private half is shown this once; or your own, by its public half."""
    created = create_signing_key(
        _ports(call),
        slug,
        call.now,
        name=body.name,
        expires_at=body.expires_at,
        public_key=body.public_key,
    )
    shown = signing_key_out(created.signing_key, call.now)
    return json_response({**shown, **private_key_out(created.private_key)})


@router.put(
    f"{_KEYS}/<key_id>",
    summary="Rename or expire a signing key",
    responses=documented(SigningKeyOut),
    tags=TAGS,
)
def change_key(
    slug: PathText, key_id: PathText, body: KeyChangesIn, query: Annotated[ForceQuery, Query()], call: Call
) -> Response[Any]:
    """In a rotation, the end of the overlap: until then both keys verify."""
    changed = change_signing_key(_ports(call), slug, key_id, body.changes(), call.now, force=query.force)
    return json_response(signing_key_out(changed, call.now))


@router.delete(
    f"{_KEYS}/<key_id>", summary="Revoke a signing key", responses=NO_CONTENT_DOCUMENTED, tags=TAGS
)
def revoke_key(
    slug: PathText, key_id: PathText, query: Annotated[ForceQuery, Query()], call: Call
) -> Response[Any]:
    """For ever. User tokens that it signed are refused within a minute."""
    revoke_signing_key(_ports(call), slug, key_id, call.now, force=query.force)
    return no_content()


@router.get(
    _AUTHENTICATION,
    summary="Get client authentication",
    responses=documented(ClientAuthenticationOut),
    tags=TAGS,
)
def get_client_authentication(slug: PathText, call: Call) -> Response[Any]:
    """Whether the environment insists on user tokens."""
    return json_response(client_authentication_out(existing_environment(call.services.environments, slug)))


@router.put(
    _AUTHENTICATION,
    summary="Set client authentication",
    responses=documented(ClientAuthenticationOut),
    tags=TAGS,
)
def put_client_authentication(slug: PathText, body: ClientAuthenticationIn, call: Call) -> Response[Any]:
    """With enhanced security, a public key alone opens nothing. It needs a live signing key."""
    environment = switch_enhanced_security(_ports(call), slug, body.enhanced_security, call.now)
    return json_response(client_authentication_out(environment))
