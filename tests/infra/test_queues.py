"""No message is lost: every queue gives up into another one, and a batch fails by message."""

import pytest

from tests.infra.stages import Json, Stage

TWO_WEEKS = 14 * 24 * 3600
SOURCES = ("fan_out", "delivery", "bulk", "receipts", "events", "webhooks", "run", "changes")


def test_every_queue_but_a_dead_letter_queue_has_one(any_stage: Stage) -> None:
    dead_letters = {name for name in _queues(any_stage) if name.endswith("_dead_letters")}

    assert dead_letters == {f"{name}_dead_letters" for name in SOURCES}
    for name, queue in _queues(any_stage).items():
        if name not in dead_letters:
            target = queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
            assert any_stage.api["Resources"][target]["Properties"]["QueueName"].endswith(
                f"-{name}_dead_letters"
            )


def test_dead_letters_are_kept_for_two_weeks(any_stage: Stage) -> None:
    assert {queue["MessageRetentionPeriod"] for queue in _queues(any_stage).values()} == {TWO_WEEKS}


def test_every_queue_refuses_plain_http(prod: Stage) -> None:
    denied: set[str] = set()
    for policy in prod.of_type("AWS::SQS::QueuePolicy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Deny":
                assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
                denied.update(queue["Ref"] for queue in policy["Queues"])

    assert denied == set(prod.of_type("AWS::SQS::Queue"))


def test_the_emulator_which_has_no_tls_is_not_refused(local: Stage) -> None:
    policies = local.of_type("AWS::SQS::QueuePolicy").values()

    assert {part["Effect"] for one in policies for part in one["PolicyDocument"]["Statement"]} == {"Allow"}
    assert not local.of_type("AWS::S3::BucketPolicy")


def test_only_what_goes_on_through_its_own_queue_may_go_round(any_stage: Stage) -> None:
    """AWS stops a loop of a function and its queue after sixteen rounds, unless the function says that it may."""
    loops = {
        name
        for name, mapping in _mappings(any_stage).items()
        if mapping["EventSourceArn"] in _may_send_to(any_stage, name)
    }

    assert loops == {"deliver", "bulk_worker", "fan_out", "webhooks"}
    assert loops == {
        name for name, function in any_stage.functions().items() if function.get("RecursiveLoop") == "Allow"
    }


@pytest.mark.parametrize(
    ("queue", "function"),
    [("fan_out", "fan_out"), ("delivery", "deliver"), ("bulk", "bulk_worker"), ("receipts", "receipts")],
)
def test_a_message_stays_hidden_for_six_time_outs_of_its_consumer(
    any_stage: Stage, queue: str, function: str
) -> None:
    mapping = _mappings(any_stage)[function]
    source = any_stage.api["Resources"][mapping["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]

    assert source["QueueName"] == any_stage.settings.name(queue)
    assert source["VisibilityTimeout"] >= 6 * any_stage.functions()[function]["Timeout"]


def test_the_bulk_worker_knows_which_try_is_its_last(any_stage: Stage) -> None:
    queue = _queues(any_stage)["bulk"]
    variables = any_stage.functions()["bulk_worker"]["Environment"]["Variables"]

    assert variables["MAX_RECEIVES"] == str(queue["RedrivePolicy"]["maxReceiveCount"])


def test_a_batch_fails_by_message(any_stage: Stage) -> None:
    for mapping in _mappings(any_stage).values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_consumers_on_aws_cannot_take_all_concurrency(prod: Stage) -> None:
    for mapping in _mappings(prod).values():
        assert mapping["ScalingConfig"]["MaximumConcurrency"] == prod.settings.consumer_concurrency


def _queues(stage: Stage) -> dict[str, Json]:
    queues = stage.of_type("AWS::SQS::Queue").values()
    return {queue["QueueName"].removeprefix(f"{stage.settings.prefix}-"): queue for queue in queues}


def _may_send_to(stage: Stage, name: str) -> list[Json]:
    role = stage.functions()[name]["Role"]["Fn::GetAtt"][0]
    return [
        statement["Resource"]
        for policy in stage.of_type("AWS::IAM::Policy").values()
        if {"Ref": role} in policy["Roles"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "sqs:SendMessage" in statement["Action"]
    ]


def _mappings(stage: Stage) -> dict[str, Json]:
    """Of queues, by the function that they feed."""
    found = {}
    for mapping in stage.of_type("AWS::Lambda::EventSourceMapping").values():
        if "StartingPosition" in mapping:
            continue  # the stream's
        function = stage.api["Resources"][mapping["FunctionName"]["Ref"]]["Properties"]["FunctionName"]
        found[function.removeprefix(f"{stage.settings.prefix}-")] = mapping
    return found
