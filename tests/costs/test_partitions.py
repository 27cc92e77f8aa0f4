"""No partition takes more of a large trigger's writes than its shard's part: of 100,000 recipients, from keys alone."""

from collections import Counter

from bench.costs.partitions import hottest_shares
from bench.costs.targets import FAN_OUT, SHARDS, UNEVEN
from tests.builders.stream import TableStream
from tests.builders.world import IN_APP, World

PEOPLE = 10


def test_the_hottest_partition_takes_no_more_than_its_shards_part() -> None:
    for shards in SHARDS:
        assert max(hottest_shares(FAN_OUT, shards)) <= UNEVEN / shards
    assert max(hottest_shares(FAN_OUT, max(SHARDS))) <= 0.01


def test_a_real_page_writes_to_those_partitions_and_to_one_more(world: World) -> None:
    """What the keys are reckoned from is what a run stores: for each recipient a run and a message, which alone is in
    the index. The trigger's own row is one, however many there are."""
    people = [world.user(f"user-{number}") for number in range(PEOPLE)]
    world.workflow("shape", [IN_APP])
    before = TableStream(world.services.table, world.clock)._rows
    world.trigger("shape", *(one.id for one in people))
    world.settle()
    after = TableStream(world.services.table, world.clock)._rows

    written = [row for key, row in after.items() if key not in before]
    kinds = Counter(row["pk"]["S"].split("#")[1] for row in written)
    assert kinds == {"WORKFLOW_RUN": 1, "RECIPIENT_RUNS": PEOPLE, "RECIPIENT": PEOPLE}
    assert Counter(row["ipk"]["S"].split("#")[1] for row in written if "ipk" in row) == {"MESSAGES": PEOPLE}
