"""Schedules: create, list, change, delete. A schedule runs its workflow for one recipient at its times."""

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.schedules import bulk
from functions.schedules.router import router
from tocsin.contract.schedules import (
    CreateSchedulesIn,
    DeleteSchedulesIn,
    RecipientSchedulesQuery,
    ScheduleOut,
    SchedulesOut,
    SchedulesQuery,
    UpdateSchedulesIn,
    schedule_out,
)
from tocsin.domain.ids import is_uuid
from tocsin.domain.recipients import RecipientRef, user
from tocsin.domain.schedule_requests import ScheduleFilter
from tocsin.domain.schedules import Schedule
from tocsin.lambda_kit.answer_size import MAX_ANSWER_BYTES, fitting, size_of
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import PageQuery, page_info, slice_of_found, window_of
from tocsin.lambda_kit.paths import Collection, ObjectId, UserId
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.schedule_ports import schedule_ports
from tocsin.usecases.change_schedules import delete_schedules, update_schedules
from tocsin.usecases.create_schedules import create_schedules
from tocsin.usecases.list_schedules import list_schedules

__all__ = ["bulk", "router"]

PATH = "/v1/schedules"
TAGS = ["Schedules"]
SCHEDULES = documented(list[ScheduleOut])


@router.post(PATH, summary="Create schedules", responses=SCHEDULES, tags=TAGS)
def create(body: CreateSchedulesIn, call: Call) -> Response[Any]:
    """One schedule for each recipient, in their order; all of them or none."""
    wanted = body.to_new(call.now, call.services.new_uuid())
    return _answer(call, create_schedules(schedule_ports(call.services), call.env, wanted, call.now))


@router.put(PATH, summary="Update schedules", responses=SCHEDULES, tags=TAGS)
def update(body: UpdateSchedulesIn, call: Call) -> Response[Any]:
    """The same changes for all the schedules named. What is absent stays as it is, null clears."""
    ids = map(str, body.schedule_ids)
    changed = update_schedules(schedule_ports(call.services), call.env, ids, body.changes(), call.now)
    return _answer(call, changed)


@router.delete(PATH, summary="Delete schedules", responses=SCHEDULES, tags=TAGS)
def delete(body: DeleteSchedulesIn, call: Call) -> Response[Any]:
    """Answers with the schedules that were there. Runs that they have started go on."""
    ids = [name.lower() for name in body.schedule_ids if is_uuid(name)]
    return _answer(call, delete_schedules(call.services.schedules, call.env, ids))


@router.get(PATH, summary="List schedules", responses=documented(SchedulesOut), tags=TAGS)
def list_of_workflow(query: Annotated[SchedulesQuery, Query()], call: Call) -> Response[Any]:
    """A workflow's schedules, newest first."""
    return _listed(call, query, query.to_filter())


@router.get(
    "/v1/users/<user_id>/schedules",
    summary="List a user's schedules",
    responses=documented(SchedulesOut),
    tags=[*TAGS, "Users"],
)
def list_of_user(
    user_id: UserId, query: Annotated[RecipientSchedulesQuery, Query()], call: Call
) -> Response[Any]:
    """One user's schedules, newest first; none for a user that nobody has identified."""
    return _listed(call, query, query.to_filter(user(user_id)))


@router.get(
    "/v1/objects/<collection>/<object_id>/schedules",
    summary="List an object's schedules",
    responses=documented(SchedulesOut),
    tags=[*TAGS, "Objects"],
)
def list_of_object(
    collection: Collection,
    object_id: ObjectId,
    query: Annotated[RecipientSchedulesQuery, Query()],
    call: Call,
) -> Response[Any]:
    """One object's schedules, newest first; none for an object that nobody has set."""
    return _listed(call, query, query.to_filter(RecipientRef(collection, object_id)))


def _listed(call: CallFacts, query: PageQuery, wanted: ScheduleFilter) -> Response[Any]:
    window = window_of(query, is_uuid)
    found = list_schedules(call.services.schedules, call.env, wanted, window.span, window.size)
    size = fitting(
        _shown(call, found.items), window.size
    )  # a shorter page where the answer would grow too large
    page = slice_of_found(found, replace(window, size=size), attrgetter("id"))
    body = {"entries": _shown(call, page.items), "page_info": page_info(page, window.size)}
    return json_response(body)


def _answer(call: CallFacts, schedules: list[Schedule]) -> Response[Any]:
    """A list that has no pages. If it is too large for one answer, data and the properties of people are left out:
    what was asked for has been done, and the answer must say so."""
    entries = _shown(call, schedules)
    if sum(map(size_of, entries)) > MAX_ANSWER_BYTES:
        entries = [schedule_out(replace(schedule, data={}), {}) for schedule in schedules]
    return json_response(entries)


def _shown(call: CallFacts, schedules: Sequence[Schedule]) -> list[dict[str, Any]]:
    """With recipients and actors as they are now."""
    refs = {ref for schedule in schedules for ref in (schedule.recipient, schedule.actor) if ref is not None}
    people = call.services.recipients.get_many(call.env, refs)
    return [schedule_out(schedule, people) for schedule in schedules]
