"""huey: a job for each recipient, in Redis."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from huey import RedisHuey

from bench.baseline.others.rows import connected, rendered, store_message, store_trigger
from bench.baseline.others.triggers import Tell, Trigger

# No job has a result: whoever wants to know looks at the messages.
queue = RedisHuey("notifications", url=os.environ["REDIS_URL"], results=False)
connection = cache(connected)  # a process opens its own when it first needs one


@queue.task(retries=8)
def notify(trigger_id: str, user_id: str) -> None:
    store_message(connection(), trigger_id, user_id, rendered(connection(), trigger_id, user_id))


@contextmanager
def running() -> Iterator[Tell]:
    yield _tell


def _tell(trigger: Trigger) -> None:
    store_trigger(connection(), trigger)
    for user_id in trigger.recipients:
        notify(trigger.id, user_id)
