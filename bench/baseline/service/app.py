"""The web side: accept a trigger, show a feed."""

import hmac
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5  # noqa: TID251 - this service knows nothing of ours

import orjson
from fastapi import Depends, FastAPI, Header, HTTPException, Query, Response
from psycopg.errors import ForeignKeyViolation
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from pydantic import BaseModel, Field

from bench.baseline.service.database import pool, queue
from bench.baseline.service.work import PAGE, notify

TOKEN = f"Bearer {os.environ['API_TOKEN']}".encode()


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with pool, queue.open_async(pool):
        yield


def authorized(authorization: Annotated[str, Header()] = "") -> None:
    if not hmac.compare_digest(authorization.encode(), TOKEN):
        raise HTTPException(401, "the API key is wrong")


app = FastAPI(lifespan=lifespan, dependencies=[Depends(authorized)])


class Trigger(BaseModel):
    recipients: list[str] = Field(min_length=1, max_length=1000)
    data: dict[str, Any] = {}


@app.post("/v1/workflows/{key}/trigger")
async def trigger(
    key: str, body: Trigger, idempotency_key: Annotated[str | None, Header()] = None
) -> Response:
    """The trigger and its jobs are stored by one transaction. A repeat with the same key stores nothing."""
    trigger_id = uuid5(NAMESPACE_URL, f"{key}/{idempotency_key}") if idempotency_key else uuid4()
    recipients = list(dict.fromkeys(body.recipients))
    jobs = [
        {"trigger_id": str(trigger_id), "recipients": recipients[start : start + PAGE]}
        for start in range(0, len(recipients), PAGE)
    ]
    try:
        async with pool.connection() as connection, connection.transaction():
            stored = await connection.execute(TRIGGERS, [trigger_id, key, Jsonb(body.data)])
            if stored.rowcount:
                await notify.configure(connection=connection).batch_defer_async(*jobs)
    except ForeignKeyViolation:
        raise HTTPException(404, f"there is no workflow {key!r}") from None
    return json({"workflow_run_id": trigger_id})


@app.get("/v1/users/{user_id}/feed")
async def feed(
    user_id: str, page_size: Annotated[int, Query(ge=1, le=50)] = 50, after: UUID | None = None
) -> Response:
    """Newest first; `after` goes on behind the last message of a page. The counts are of the whole feed."""
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(COUNTS, [user_id])
        counts = await cursor.fetchone()
        await cursor.execute(PAGES if after is None else PAGES_AFTER, [user_id, *_given(after), page_size])
        entries = await cursor.fetchall()
    return json({"entries": entries, "meta": counts})


TRIGGERS = "insert into triggers (id, workflow, data) values (%s, %s, %s) on conflict do nothing"

COUNTS = """
select count(*) as total_count,
       count(*) filter (where seen_at is null) as unseen_count,
       count(*) filter (where read_at is null) as unread_count
from messages where user_id = %s"""

PAGES = """
select id, trigger_id as workflow_run_id, workflow, data, blocks, inserted_at, seen_at, read_at
from messages where user_id = %s order by inserted_at desc, id desc limit %s"""

PAGES_AFTER = PAGES.replace(
    "order by", "and (inserted_at, id) < (select inserted_at, id from messages where id = %s) order by"
)


def _given(value: UUID | None) -> list[UUID]:
    return [] if value is None else [value]


def json(body: object) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
