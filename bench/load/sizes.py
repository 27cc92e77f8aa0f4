"""How large our rows are, so that the floor writes rows of the same size."""

from bench.load.contestants import SHARDS, Ours
from bench.load.stack import BenchStack
from tests.builders.meter import size_of
from tocsin.store import keys
from tocsin.store.attributes import to_attributes
from tocsin.store.messages import message_from_item
from tocsin.store.table import Item


def of_our_rows(stack: BenchStack, ours: Ours, user: str) -> dict[str, int]:
    """By the names that the floor's functions have for them; of a trigger that is made for this."""
    env, table = stack.info.environment, stack.table
    ours.users.begin()
    ours.identify([user])
    ours.users.wait_for(1, pause=0.1)
    ours.messages.begin()
    ours.trigger([user])
    ours.messages.wait_for(1, pause=0.1)
    partition = keys.recipient(env, "$users", user)
    in_app = keys.message_prefix(stack.info.channels["in-app"])
    [message] = table.query(partition, prefix=in_app, limit=1).items
    runs = [
        row
        for shard in keys.all_shards(SHARDS)
        for row in table.query(keys.recipient_runs_shard(env, shard), descending=True, limit=1).items
    ]
    rows: dict[str, Item | None] = {
        "message": message,
        "run": runs[0],
        "subject": table.get(
            (keys.workflow_run(env, message_from_item(message).source.workflow_run_id), keys.RUN)
        ),
        "user": table.get((partition, keys.PROFILE)),
    }
    return {name: size_of(to_attributes(row)) for name, row in rows.items() if row is not None}
