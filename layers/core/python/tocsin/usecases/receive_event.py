"""Take in what a source sends over HTTP: once it lies in the queue, the sender may forget it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from tocsin.contract.tasks import HandleEvent
from tocsin.domain.clock import to_iso
from tocsin.domain.definition_content import key_problem
from tocsin.domain.errors import (
    AuthenticationRequiredError,
    FieldProblem,
    InvalidParamsError,
    NotFoundError,
)
from tocsin.domain.event_sources import EventSource, SourceKind
from tocsin.usecases.hear_changes import Packing
from tocsin.usecases.ports import Tasks

SECRET_HEADER = "x-webhook-secret"
# Opens this source or another place, and is nobody's business behind this point.
UNTOLD_HEADERS = frozenset({"authorization", "cookie", SECRET_HEADER})

Json = Mapping[str, Any]


class ReceivePorts(NamedTuple):
    find: Callable[[str, datetime], EventSource | None]
    payloads: Packing
    events: Tasks
    new_uuid: Callable[[], str]


def receive_event(
    ports: ReceivePorts, env: str, key: str, secret: str | None, sent: Json, now: datetime
) -> None:
    """`sent` has a `body` and `headers`. Raises NotFoundError, AuthenticationRequiredError, InvalidParamsError."""
    source = None if key_problem(key) else ports.find(key, now)
    if source is None or source.kind is not SourceKind.HTTP:
        raise NotFoundError(f"there is no source {key!r} that takes events over HTTP")
    _check_secret(source, env, secret, now)
    if source.read(env, sent, now) is None:
        looked_at = " or ".join(source.paths(env, "event_type_path"))
        raise InvalidParamsError([FieldProblem(looked_at, "can't be blank: it names the event", "missing")])
    arrival = ports.new_uuid()
    told = {name: value for name, value in sent["headers"].items() if name not in UNTOLD_HEADERS}
    ports.events.send(
        HandleEvent(
            env=env,
            source=key,
            arrival=arrival,
            received_at=to_iso(now),
            sent=ports.payloads.pack(f"events/{env}/{arrival}", {"body": sent["body"], "headers": told}),
        )
    )


def _check_secret(source: EventSource, env: str, secret: str | None, now: datetime) -> None:
    """Raises AuthenticationRequiredError."""
    within = source.within(env)
    if not within.secrets:
        raise AuthenticationRequiredError(
            f"the source {source.key!r} has no secret in {env!r} yet, so nothing opens it; "
            f"`.venv/bin/python -m admin sources secret {source.key} --environment {env}` makes one"
        )
    if secret is None or not within.opens_with(secret, now):
        what = "no secret came along" if secret is None else "this is not the secret"
        raise AuthenticationRequiredError(
            f"{what} of the source {source.key!r} in {env!r}; send it as the header «{SECRET_HEADER}», as "
            "«Authorization: Bearer <secret>», or in the address as `?secret=`"
        )
