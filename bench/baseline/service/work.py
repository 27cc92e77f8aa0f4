"""The work behind a trigger: a page of recipients, each rendered, all written by one statement."""

from uuid import UUID, uuid5

from bench.baseline.service.database import pool, queue
from bench.baseline.service.rendering import as_json

PAGE = 100


@queue.task(retry=8)
async def notify(trigger_id: str, recipients: list[str]) -> None:
    """It may be done twice: a message's id follows from its trigger and its user."""
    async with pool.connection() as connection:
        found = await (await connection.execute(USERS, [recipients, trigger_id])).fetchall()
        ids = [uuid5(UUID(trigger_id), user) for user, *_ in found]
        names = [user for user, *_ in found]
        blocks = [as_json(body, url, data, {**its, "id": user}) for user, its, data, body, url in found]
        await connection.execute(MESSAGES, [ids, names, blocks, trigger_id])


@queue.periodic(cron="* * * * *")
@queue.task(queueing_lock="rescue")
async def rescue(timestamp: int) -> None:
    """Jobs whose worker died are done again."""
    for job in await queue.job_manager.get_stalled_jobs():
        await queue.job_manager.retry_job(job)


USERS = """
select users.id, users.properties, triggers.data, markdown_body, action_url
from users, triggers join workflows on workflows.key = workflow
where users.id = any(%s) and triggers.id = %s"""

MESSAGES = """
insert into messages (id, user_id, trigger_id, workflow, data, blocks)
select one.id, one.user_id, triggers.id, workflow, data, one.blocks::jsonb
from unnest(%s::uuid[], %s::text[], %s::text[]) as one (id, user_id, blocks), triggers
where triggers.id = %s
on conflict do nothing"""
