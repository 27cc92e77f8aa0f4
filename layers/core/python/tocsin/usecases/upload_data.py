"""Trigger data by reference: uploaded first, then named in a trigger as `{"$payload": id}`.

Whatever a function is sent has to fit into the six megabytes that Lambda takes; the data of a trigger may be ten.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from tocsin.domain import json_text
from tocsin.domain.errors import BodyTooLargeError, FieldProblem, InvalidParamsError
from tocsin.domain.ids import is_uuid
from tocsin.domain.uploads import Ticket

REFERENCE = "$payload"
FIELD = f"data.{REFERENCE}"
UPLOAD_WITHIN = timedelta(minutes=15)
MAX_BYTES = 10 * 1024 * 1024


class Uploads(Protocol):
    def url(self, env: str, upload_id: str, seconds: int) -> str: ...

    def read(self, env: str, upload_id: str, limit: int) -> bytes | None:
        """The first bytes of it, as many as the limit; None when nothing was uploaded or it is gone."""


def ticket(uploads: Uploads, env: str, upload_id: str, now: datetime) -> Ticket:
    url = uploads.url(env, upload_id, int(UPLOAD_WITHIN.total_seconds()))
    return Ticket(upload_id, url, now + UPLOAD_WITHIN)


def data_of(uploads: Uploads, env: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    """A trigger's data: as it was sent, or as it was uploaded before. Raises InvalidParamsError, BodyTooLargeError."""
    if sent.keys() != {REFERENCE}:
        return dict(sent)
    name = sent[REFERENCE]
    body = uploads.read(env, name, MAX_BYTES + 1) if isinstance(name, str) and is_uuid(name) else None
    if body is None:
        text = (
            f"nothing has been uploaded as {name!r} in {env}, or it was more than a day ago; upload it again"
        )
        raise InvalidParamsError([FieldProblem(FIELD, text, "missing_reference")])
    if len(body) > MAX_BYTES:
        limit = MAX_BYTES // (1024 * 1024)
        raise BodyTooLargeError(f"the uploaded data is larger than {limit} MB; a trigger takes no more")
    return _read(body)


def _read(body: bytes) -> dict[str, Any]:
    try:
        data = json_text.loads_sent(body.decode())
    except (ValueError, RecursionError) as error:
        problem = FieldProblem(FIELD, f"what was uploaded is not JSON: {error}", "json_invalid")
        raise InvalidParamsError([problem]) from error
    if not isinstance(data, dict):
        raise InvalidParamsError(
            [FieldProblem(FIELD, "what was uploaded must be a JSON object", "dict_type")]
        )
    return data
