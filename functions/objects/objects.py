"""Objects: list, set, get, delete."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.objects.router import router
from tocsin.contract.objects import ObjectOut, ObjectsPageOut, SetObjectIn
from tocsin.contract.users import RecipientsQuery, recipient_out
from tocsin.domain.errors import NotFoundError
from tocsin.domain.recipients import RecipientRef
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.inline import inline_ports
from tocsin.lambda_kit.paths import Collection, ObjectId
from tocsin.lambda_kit.recipients import recipients_page
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.usecases.delete_recipient import DeletePorts, delete_recipient
from tocsin.usecases.identify_inline import identify_inline

_ONE = "/v1/objects/<collection>/<object_id>"
TAGS = ["Objects"]


@router.get(
    "/v1/objects/<collection>",
    summary="List the objects of a collection",
    responses=documented(ObjectsPageOut),
    tags=TAGS,
)
def list_objects(
    collection: Collection, query: Annotated[RecipientsQuery, Query()], call: Call
) -> Response[Any]:
    """Those made last first; none for a collection that nobody has put anything in."""
    return recipients_page(call, collection, query, recipient_out)


@router.put(_ONE, summary="Set an object", responses=documented(ObjectOut), tags=TAGS)
def set_object(collection: Collection, object_id: ObjectId, body: SetObjectIn, call: Call) -> Response[Any]:
    """Creates the object, or merges the properties given into those that are set."""
    wanted = body.to_inline(RecipientRef(collection, object_id))
    found = identify_inline(inline_ports(call.services), call.env, [wanted], call.now)
    return json_response(recipient_out(found[wanted.ref]))


@router.get(_ONE, summary="Get an object", responses=documented(ObjectOut), tags=TAGS)
def get_object(collection: Collection, object_id: ObjectId, call: Call) -> Response[Any]:
    """The object with all properties set so far."""
    found = call.services.recipients.get(call.env, RecipientRef(collection, object_id))
    if found is None:
        raise NotFoundError(f"there is no object {object_id!r} in {collection!r} in {call.env}")
    return json_response(recipient_out(found))


@router.delete(_ONE, summary="Delete an object", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def delete_object(collection: Collection, object_id: ObjectId, call: Call) -> Response[Any]:
    """Deletes the object, all that is its own, and the subscriptions to it. One that does not exist is no error."""
    ref, bulk = RecipientRef(collection, object_id), call.services.queue("BULK_QUEUE_URL")
    delete_recipient(DeletePorts(call.services.removals), bulk, call.env, ref, call.now)
    return no_content()
