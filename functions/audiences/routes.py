"""Members of static audiences: add, remove, list."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from tocsin.contract.audiences import AddMembersQuery, AudienceMembersOut, MembersIn, member_out
from tocsin.contract.paging import PageIn
from tocsin.lambda_kit.answer_size import fitting
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.inline import inline_ports
from tocsin.lambda_kit.pagination import is_sort_key, page_info, slice_of_found, window_of
from tocsin.lambda_kit.paths import ObjectId
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.lambda_kit.router import Router
from tocsin.usecases.audiences import AudiencePorts, SeenMember, add_members, list_members, remove_members

router = Router()

PATH = "/v1/audiences/<key>/members"
TAGS = ["Audiences"]


@router.post(PATH, summary="Add members", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def add(
    key: ObjectId, body: MembersIn, query: Annotated[AddMembersQuery, Query()], call: Call
) -> Response[Any]:
    """Identifies the users and adds them. Whoever is in it already, for that tenant, stays as he or she is."""
    add_members(_ports(call), call.env, key, body.inline(), call.now, create=query.create_audience)
    return no_content()


@router.delete(PATH, summary="Remove members", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def remove(key: ObjectId, body: MembersIn, call: Call) -> Response[Any]:
    """Ends the membership for the tenant named, or the one without a tenant. Who is not in it is left alone."""
    remove_members(_ports(call), call.env, key, [member.membership() for member in body.members])
    return no_content()


@router.get(PATH, summary="List members", responses=documented(AudienceMembersOut), tags=TAGS)
def list_all(key: ObjectId, query: Annotated[PageIn, Query()], call: Call) -> Response[Any]:
    """In the order of the users' ids."""
    window = window_of(query, is_sort_key)
    found = list_members(_ports(call), call.env, key, window.rising_span, window.size)
    size = fitting(_shown(found.items), window.size)
    page = slice_of_found(found, replace(window, size=size), lambda seen: seen.member.cursor)
    return json_response({"entries": _shown(page.items), "page_info": page_info(page, window.size)})


def _shown(seen: Iterable[SeenMember]) -> list[dict[str, Any]]:
    return [member_out(one.member, one.user) for one in seen if one.user is not None]


def _ports(call: CallFacts) -> AudiencePorts:
    return AudiencePorts(inline_ports(call.services), call.services.audiences)
