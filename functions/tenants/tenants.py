"""Tenants: list, set, get, delete."""

from collections.abc import Iterable
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.tenants.router import router
from tocsin.contract.tenants import (
    SetTenantIn,
    TenantOut,
    TenantQuery,
    TenantsPageOut,
    TenantsQuery,
    tenant_out,
)
from tocsin.domain.errors import NotFoundError
from tocsin.domain.listing import Span
from tocsin.domain.recipients import TENANTS, Recipient, RecipientRef
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.inline import inline_ports
from tocsin.lambda_kit.pagination import page_info
from tocsin.lambda_kit.paths import ObjectId
from tocsin.lambda_kit.recipients import page_of
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.store.recipients import list_id
from tocsin.usecases.delete_recipient import DeletePorts, delete_recipient
from tocsin.usecases.identify_inline import identify_inline

_ONE = "/v1/tenants/<tenant_id>"
TAGS = ["Tenants"]


@router.get("/v1/tenants", summary="List tenants", responses=documented(TenantsPageOut), tags=TAGS)
def list_tenants(query: Annotated[TenantsQuery, Query()], call: Call) -> Response[Any]:
    """Those made last first."""

    def rows(span: Span) -> Iterable[Recipient]:
        if query.tenant_id is None:
            return call.services.recipients.listed(call.env, TENANTS, span, query.page_size + 1)
        tenant = call.services.recipients.get(call.env, RecipientRef(TENANTS, query.tenant_id))
        return [tenant] if tenant is not None and span.holds(list_id(tenant)) else []

    page = page_of(query, rows, lambda one: query.name is None or one.properties.get("name") == query.name)
    entries = [tenant_out(tenant) for tenant in page.items]
    return json_response({"entries": entries, "page_info": page_info(page, query.page_size)})


@router.put(_ONE, summary="Set a tenant", responses=documented(TenantOut), tags=TAGS)
def set_tenant(
    tenant_id: ObjectId, body: SetTenantIn, query: Annotated[TenantQuery, Query()], call: Call
) -> Response[Any]:
    """Creates the tenant, or merges properties, settings and branding into those that are set."""
    wanted = body.to_inline(RecipientRef(TENANTS, tenant_id))
    found = identify_inline(inline_ports(call.services), call.env, [wanted], call.now)
    return _shown(call, query, found[wanted.ref])


@router.get(_ONE, summary="Get a tenant", responses=documented(TenantOut), tags=TAGS)
def get_tenant(tenant_id: ObjectId, query: Annotated[TenantQuery, Query()], call: Call) -> Response[Any]:
    """The tenant with all properties and settings."""
    tenant = call.services.recipients.get(call.env, RecipientRef(TENANTS, tenant_id))
    if tenant is None:
        raise NotFoundError(f"there is no tenant {tenant_id!r} in {call.env}")
    return _shown(call, query, tenant)


@router.delete(_ONE, summary="Delete a tenant", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def delete_tenant(tenant_id: ObjectId, call: Call) -> Response[Any]:
    """Deletes the tenant and what is its own. Deleting one that does not exist changes nothing and succeeds."""
    ref, bulk = RecipientRef(TENANTS, tenant_id), call.services.queue("BULK_QUEUE_URL")
    delete_recipient(DeletePorts(call.services.removals), bulk, call.env, ref, call.now)
    return no_content()


def _shown(call: CallFacts, query: TenantQuery, tenant: Recipient) -> Response[Any]:
    if not query.resolve_full_preference_settings:
        return json_response(tenant_out(tenant))
    defaults = call.services.preferences.defaults(call.env)
    return json_response(tenant_out(tenant, defaults.settings if defaults else {}))
