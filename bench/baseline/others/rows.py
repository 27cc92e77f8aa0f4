"""The tables of the hand-rolled service, a row at a time, by whoever speaks SQL."""

from uuid import UUID, uuid5

import orjson
from psycopg import Connection
from psycopg.types.json import Jsonb, set_json_dumps, set_json_loads

from bench.baseline.others.triggers import Trigger
from bench.baseline.service.rendering import as_json

set_json_dumps(orjson.dumps)
set_json_loads(orjson.loads)


def connected() -> Connection:
    """By libpq's own variables. Each statement is a transaction by itself."""
    return Connection.connect(autocommit=True)


def store_trigger(connection: Connection, trigger: Trigger) -> None:
    connection.execute(TRIGGERS, [trigger.id, trigger.workflow, Jsonb(trigger.data)])


def rendered(connection: Connection, trigger_id: str, user_id: str) -> str:
    properties, data, body, url = connection.execute(USER, [user_id, trigger_id]).fetchone()
    return as_json(body, url, data, {**properties, "id": user_id})


def store_message(connection: Connection, trigger_id: str, user_id: str, blocks: str) -> None:
    """A message's id follows from its trigger and its user: what is done twice writes nothing twice."""
    connection.execute(MESSAGE, [uuid5(UUID(trigger_id), user_id), user_id, blocks, trigger_id])


TRIGGERS = "insert into triggers (id, workflow, data) values (%s, %s, %s) on conflict do nothing"

USER = """
select users.properties, triggers.data, markdown_body, action_url
from users, triggers join workflows on workflows.key = workflow
where users.id = %s and triggers.id = %s"""

MESSAGE = """
insert into messages (id, user_id, trigger_id, workflow, data, blocks)
select %s, %s, triggers.id, workflow, data, %s::jsonb from triggers where triggers.id = %s
on conflict do nothing"""
