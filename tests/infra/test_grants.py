"""Each function holds its own grants and no more."""

from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.infra.stages import Json, Stage, synthesize
from tocsin.store.keys import ANY_RATE, ANY_RECIPIENT, rate, recipient, secret_variables

READS = {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}
COUNTS = {"dynamodb:UpdateItem"}
WRITES = {"dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}
CONSUMES = {
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
}
SERVICES = {
    "users": {"dynamodb", "s3", "sqs"},
    "objects": {"dynamodb", "s3", "sqs"},
    "tenants": {"dynamodb", "s3", "sqs"},
    "bulk_operations": {"dynamodb"},
    "schedules": {"dynamodb", "s3", "sqs", "states"},
    "audiences": {"dynamodb"},
    "feeds": {"dynamodb", "s3"},
    "guides": {"dynamodb"},
    "messages": {"dynamodb", "s3", "sqs"},
    "workflows": {"dynamodb", "s3", "sqs", "states"},
    "workflow_recipient_runs": {"dynamodb"},
    "management": {"dynamodb", "sqs", "secretsmanager"},
    "hooks": {"dynamodb", "secretsmanager", "sqs"},
    "openapi": {"dynamodb"},
    "links": {"dynamodb", "secretsmanager"},
    "fan_out": {"dynamodb", "s3", "sqs", "states"},
    "run_steps": {"bedrock", "dynamodb", "s3", "secretsmanager", "sqs", "states"},
    "wheel": {"dynamodb", "sqs", "states"},
    "deliver": {"dynamodb", "s3", "sqs", "states", "ses", "sns", "secretsmanager"},
    "receipts": {"dynamodb", "s3", "sqs"},
    "integrations": {"dynamodb", "s3", "sqs"},
    "events": {"dynamodb", "s3", "sqs", "states"},
    "webhooks": {"dynamodb", "s3", "sqs", "secretsmanager"},
    "bulk_worker": {"dynamodb", "s3", "sqs", "states"},
    "on_change": {"dynamodb", "s3", "sqs", "states"},
}

# Who puts events on the bus, where a stage has one.
ANNOUNCE = ("on_change", "webhooks")


def test_no_grant_is_a_wildcard_and_nobody_may_scan(any_stage: Stage) -> None:
    for statement in _statements(any_stage):
        for action in _list(statement["Action"]):
            assert "*" not in action
            assert action != "dynamodb:Scan"


def test_only_the_delivery_of_logs_is_granted_on_everything(prod: Stage) -> None:
    """The emulator asks about no sender in particular, so the local stage cannot name one."""
    for statement in _statements(prod):
        if "*" in _list(statement.get("Resource", [])):
            assert all(action.startswith("logs:") for action in _list(statement["Action"]))


@pytest.mark.parametrize("name", SERVICES)
def test_a_function_reaches_only_the_services_it_works_with(any_stage: Stage, name: str) -> None:
    reached = {action.split(":")[0] for action in _actions(any_stage, name)} - {"logs"}
    has_bus = bool(any_stage.settings.event_bus) and name in ANNOUNCE
    assert reached == SERVICES[name] | ({"events"} if has_bus else set())


def test_a_function_that_only_reads_cannot_write(any_stage: Stage) -> None:
    assert {action for action in _actions(any_stage, "openapi") if action.startswith("dynamodb:")} == READS


def test_an_api_function_that_only_reads_may_count_its_requests(any_stage: Stage) -> None:
    actions = _actions(any_stage, "workflow_recipient_runs")

    assert {action for action in actions if action.startswith("dynamodb:")} == READS | COUNTS


def test_whoever_counts_requests_may_update_nothing_else(any_stage: Stage) -> None:
    limited = {name for name, function in any_stage.functions().items() if _is_limited(function)} | {
        "deliver"
    }
    statements = [one for one in _statements(any_stage) if COUNTS & set(_list(one["Action"]))]

    assert len(limited) == len(statements) >= 12
    for statement in statements:
        assert statement["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [ANY_RATE]}}
        assert fnmatchcase(rate("production", "GET /v1/users/{user_id}", "jane"), ANY_RATE)


def test_who_follows_links_may_write_what_is_recipients_and_nothing_else(any_stage: Stage) -> None:
    """Everybody may call it."""
    writes = [one for one in _statements_of(any_stage, "links") if WRITES & set(_list(one["Action"]))]

    [statement] = writes
    assert statement["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [ANY_RECIPIENT]}}
    assert fnmatchcase(recipient("production", "$users", "jane"), ANY_RECIPIENT)
    assert not fnmatchcase(
        recipient("production", "$users", "jane").replace("RECIPIENT", "HEAD"), ANY_RECIPIENT
    )


def test_secret_variables_are_open_to_whoever_runs_steps_and_to_nobody_else(any_stage: Stage) -> None:
    """Reads are granted on all other partitions, and on theirs to one function."""
    reads = [one for one in _statements(any_stage) if READS & set(_list(one["Action"]))]
    for statement in reads:
        assert set(_list(statement["Action"])) == READS
        [(operator, condition)] = statement["Condition"].items()
        assert condition == {"dynamodb:LeadingKeys": [secret_variables()]}
        assert operator in ("ForAllValues:StringNotLike", "ForAllValues:StringLike")
    opened = [one for one in reads if "ForAllValues:StringLike" in one["Condition"]]
    assert len(opened) == 1
    assert opened[0] in list(_statements_of(any_stage, "run_steps"))


def _is_limited(function: Json) -> bool:
    return "RATE_LIMITS" in function["Environment"]["Variables"]


def test_raw_email_needs_two_grants_on_the_sender_and_its_configuration(prod: Stage) -> None:
    (statement,) = [one for one in _statements(prod) if "ses:SendEmail" in _list(one["Action"])]

    assert set(_list(statement["Action"])) == {"ses:SendEmail", "ses:SendRawEmail"}
    assert all(":ses:" in str(sender) for sender in statement["Resource"])


def test_every_function_has_its_services_named(any_stage: Stage) -> None:
    assert any_stage.functions().keys() == SERVICES.keys()


def test_sns_publishes_to_numbers_and_to_devices_and_to_no_topic(prod: Stage) -> None:
    """All that SNS publishes to has an ARN, but for a phone number."""
    numbers, devices = [one for one in _statements(prod) if "sns:Publish" in _list(one["Action"])]

    assert "Resource" not in numbers
    assert numbers["NotResource"]["Fn::Join"][1][-1] == ":sns:*:*:*"
    assert "NotResource" not in devices
    assert devices["Resource"]["Fn::Join"][1][-1].endswith(":endpoint/*")


def test_secrets_are_granted_by_the_name_that_they_are_stored_under(prod: Stage) -> None:
    """An ARN ends in six characters that nobody knows beforehand, so the grant ends in a star. Who may read channels'
    secrets reads no webhook's, nor the other way round."""
    granted = [
        one
        for one in _statements(prod)
        if "secretsmanager:" in str(one["Action"]) and "link-keys" not in str(one["Resource"])
    ]

    channels, webhooks = (f":secret:{prod.settings.prefix}{kind}/*" for kind in ("", ".webhooks"))
    endings = {
        name: {
            one
            for statement in _statements_of(prod, name)
            if statement in granted
            for one in _endings(statement)
        }
        for name in ("deliver", "hooks", "webhooks", "management")
    }
    assert len(granted) == 4
    assert endings == {
        "deliver": {channels},
        "hooks": {channels},
        "webhooks": {webhooks},
        "management": {channels, webhooks},
    }
    assert "secretsmanager:GetSecretValue" not in _actions(prod, "management")
    assert prod.functions()["deliver"]["Environment"]["Variables"]["SECRETS_PREFIX"] == prod.settings.prefix


def test_the_keys_of_links_are_open_to_whoever_signs_and_whoever_verifies(any_stage: Stage) -> None:
    """To nobody else, not even to those who read channels' secrets; and nobody changes them."""
    name = any_stage.only("AWS::SecretsManager::Secret")["Name"]
    granted = [one for one in _statements(any_stage) if name in str(one.get("Resource"))]

    assert {one["Action"] for one in granted} == {"secretsmanager:GetSecretValue"}
    assert granted == [
        one
        for function in ("links", "run_steps")
        for one in _statements_of(any_stage, function)
        if name in str(one.get("Resource"))
    ]
    for statement in granted:
        assert f":secret:{name}-??????" in str(statement["Resource"])
    assert not fnmatchcase(f"{name}-AbCdEf", f"{any_stage.settings.prefix}/*")


def test_whoever_runs_steps_may_ask_models_and_do_nothing_else_with_them(prod: Stage) -> None:
    asking = [one for one in _statements(prod) if "bedrock:" in str(one["Action"])]

    assert asking == [one for one in _statements_of(prod, "run_steps") if "bedrock:" in str(one["Action"])]
    [statement] = asking
    assert statement["Action"] == "bedrock:InvokeModel"
    assert _endings(statement) == {
        ":bedrock:*::foundation-model/*",
        ":inference-profile/*",
        ":application-inference-profile/*",
    }


def test_a_stage_may_name_the_models_that_are_asked(prod: Stage, tmp_path: Path) -> None:
    named = synthesize(replace(prod.settings, ai_models=("amazon.nova-*",)), tmp_path)

    [statement] = [one for one in _statements(named) if "bedrock:" in str(one["Action"])]
    assert ":bedrock:*::foundation-model/amazon.nova-*" in _endings(statement)
    assert ":bedrock:*::foundation-model/*" not in _endings(statement)


def test_a_stage_without_models_may_ask_none(prod: Stage, tmp_path: Path) -> None:
    without = synthesize(replace(prod.settings, ai_models=()), tmp_path)

    assert "bedrock" not in {action.split(":")[0] for action in _actions(without, "run_steps")}


def test_a_consumer_cannot_send(any_stage: Stage) -> None:
    assert {action for action in _actions(any_stage, "receipts") if action.startswith("sqs:")} == CONSUMES


def test_no_role_has_a_policy_that_aws_manages(any_stage: Stage) -> None:
    """AWSLambdaBasicExecutionRole may create any log group of the account."""
    assert not [
        role for role in any_stage.of_type("AWS::IAM::Role").values() if role.get("ManagedPolicyArns")
    ]


def _actions(stage: Stage, name: str) -> set[str]:
    return {action for statement in _statements_of(stage, name) for action in _list(statement["Action"])}


def _statements_of(stage: Stage, name: str) -> Iterator[Json]:
    role = stage.functions()[name]["Role"]["Fn::GetAtt"][0]
    for policy in stage.of_type("AWS::IAM::Policy").values():
        if {"Ref": role} in policy["Roles"]:
            yield from policy["PolicyDocument"]["Statement"]


def _statements(stage: Stage) -> Iterator[Json]:
    for policy in stage.of_type("AWS::IAM::Policy").values():
        yield from policy["PolicyDocument"]["Statement"]


def _endings(statement: Json) -> set[str]:
    """Of its resources' names, what follows the account."""
    named = statement["Resource"]
    return {one["Fn::Join"][1][-1] for one in (named if isinstance(named, list) else [named])}


def _list(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
