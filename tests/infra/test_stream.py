"""The table's stream: what it shows, who listens, and what gets through to them."""

import json

from tests.infra.stages import Json, Stage
from tocsin.store.keys import WATCHED

# Lambda's own limit for one event source.
MOST_FILTERS = 5


def test_the_stream_shows_a_row_as_it_was_and_as_it_is(any_stage: Stage) -> None:
    table = any_stage.only("AWS::DynamoDB::GlobalTable")

    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_only_what_somebody_may_wait_for_gets_through(any_stage: Stage) -> None:
    filters = _listening(any_stage)["FilterCriteria"]["Filters"]

    assert [json.loads(one["Pattern"]) for one in filters] == [dict(pattern) for pattern in WATCHED]
    assert len(filters) <= MOST_FILTERS


def test_changes_are_collected_before_anybody_is_called(any_stage: Stage) -> None:
    mapping = _listening(any_stage)

    assert mapping["BatchSize"] >= 100
    assert mapping["MaximumBatchingWindowInSeconds"] >= 1


def test_one_change_that_cannot_be_told_does_not_hold_up_the_others_for_ever(any_stage: Stage) -> None:
    mapping = _listening(any_stage)
    target = mapping["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]

    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRecordAgeInSeconds"] == 3600
    queue = any_stage.api["Resources"][target]["Properties"]["QueueName"]
    assert queue == any_stage.settings.name("changes_dead_letters")


def test_nobody_else_reads_the_stream(any_stage: Stage) -> None:
    roles = [
        policy["Roles"]
        for policy in any_stage.of_type("AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if "dynamodb:GetRecords" in statement["Action"]
    ]

    assert roles == [[{"Ref": any_stage.functions()["on_change"]["Role"]["Fn::GetAtt"][0]}]]


def _listening(stage: Stage) -> Json:
    [mapping] = [
        one for one in stage.of_type("AWS::Lambda::EventSourceMapping").values() if "StartingPosition" in one
    ]
    return mapping
