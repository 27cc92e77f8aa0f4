"""DBOS: a durable workflow for each recipient, whose two steps are kept in PostgreSQL as they are done."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from dbos import DBOS, DBOSConfig, SetWorkflowID

from bench.baseline.others.rows import connected, rendered, store_message, store_trigger
from bench.baseline.others.triggers import Tell, Trigger

connection = cache(connected)


@DBOS.step()
def render(trigger_id: str, user_id: str) -> str:
    return rendered(connection(), trigger_id, user_id)


@DBOS.step()
def store(trigger_id: str, user_id: str, blocks: str) -> None:
    store_message(connection(), trigger_id, user_id, blocks)


@DBOS.workflow()
def notify(trigger_id: str, user_id: str) -> None:
    store(trigger_id, user_id, render(trigger_id, user_id))


@contextmanager
def running() -> Iterator[Tell]:
    DBOS(config=_config())
    DBOS.launch()
    yield _tell
    DBOS.destroy()


def _config() -> DBOSConfig:
    url = "postgresql://{PGUSER}:{PGPASSWORD}@{PGHOST}:{PGPORT}/{PGDATABASE}".format(**os.environ)
    return {"name": "notifications", "system_database_url": url, "log_level": "WARNING"}


def _tell(trigger: Trigger) -> None:
    """One after the other, which takes no more work than several threads do. A workflow's id follows from its trigger
    and its user: what is asked for twice is done once."""
    store_trigger(connection(), trigger)
    for user_id in trigger.recipients:
        with SetWorkflowID(f"{trigger.id}-{user_id}"):
            notify(trigger.id, user_id)
