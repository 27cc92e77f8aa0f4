"""What a person needs who runs the service: logs that end, alarms that ring, outputs, an app that starts."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.infra.stages import NODE, ROOT, Stage, fake_assets


def test_every_log_ends(any_stage: Stage) -> None:
    groups = any_stage.of_type("AWS::Logs::LogGroup").values()

    assert all(group["RetentionInDays"] for group in groups)
    assert {f"/aws/lambda/{any_stage.settings.name(name)}" for name in any_stage.functions()} <= {
        group["LogGroupName"] for group in groups
    }


def test_every_function_logs_into_a_group_of_ours(any_stage: Stage) -> None:
    for properties in any_stage.functions().values():
        group = any_stage.api["Resources"][properties["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]

        assert group["LogGroupName"] == f"/aws/lambda/{properties['FunctionName']}"


def test_an_invocation_leaves_one_line(any_stage: Stage) -> None:
    """Lambda would add three of its own; what it has to say of a failure it still says."""
    for properties in any_stage.functions().values():
        logging = properties["LoggingConfig"]

        assert (logging["LogFormat"], logging["SystemLogLevel"]) == ("JSON", "WARN")
        assert logging["ApplicationLogLevel"] == "INFO"


def test_the_service_can_be_destroyed_and_deployed_again(any_stage: Stage) -> None:
    kept = [
        name
        for name, resource in any_stage.api["Resources"].items()
        if resource.get("DeletionPolicy", "Delete") != "Delete"
    ]

    assert not kept or all("layer" in name for name in kept)


def test_someone_is_woken(prod: Stage) -> None:
    alarms = prod.of_type("AWS::CloudWatch::Alarm").values()

    names = {alarm["AlarmName"].removeprefix("tocsin-prod-") for alarm in alarms}
    assert {
        f"{source}_dead_letters"
        for source in ("fan_out", "delivery", "bulk", "receipts", "events", "webhooks", "run", "changes")
    } <= names
    workers = (
        "fan_out",
        "run_steps",
        "wheel",
        "deliver",
        "receipts",
        "events",
        "webhooks",
        "bulk_worker",
        "on_change",
    )
    assert {f"{name}_errors" for name in workers} <= names
    assert {
        f"{name}_age" for name in ("fan_out", "delivery", "bulk", "receipts", "events", "webhooks")
    } <= names
    assert {"run_failed", "wheel_failed", "api_5xx", "changes_age", "webhook_disabled"} <= names
    assert all(alarm["AlarmActions"] for alarm in alarms)


def test_alarms_may_publish_to_their_topic(prod: Stage) -> None:
    statements = prod.only("AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]

    assert {"Service": "cloudwatch.amazonaws.com"} in [
        statement["Principal"] for statement in statements if statement["Effect"] == "Allow"
    ]


def test_nobody_is_woken_by_a_local_stack(local: Stage) -> None:
    assert not local.of_type("AWS::CloudWatch::Alarm")


def test_outputs_say_where_everything_is(any_stage: Stage) -> None:
    assert {
        "ApiId",
        "ApiUrl",
        "TableName",
        "PayloadBucket",
        "FanOutDeadLettersUrl",
        "DeliveryDeadLettersUrl",
        "BulkDeadLettersUrl",
        "ReceiptsDeadLettersUrl",
        "RunDeadLettersUrl",
    } <= any_stage.api["Outputs"].keys()


def test_a_person_can_subscribe_to_the_alarms(prod: Stage) -> None:
    assert "AlarmTopic" in prod.api["Outputs"]


def test_a_production_stage_is_synthesized_without_credentials(tmp_path: Path) -> None:
    result = _run_app("prod", fake_assets(tmp_path / "build"), tmp_path)

    assert result.returncode == 0, result.stderr
    assert (tmp_path / "out" / "tocsin-prod-api.template.json").exists()


def test_assets_that_were_never_built_are_one_clear_line(tmp_path: Path) -> None:
    result = _run_app("prod", tmp_path, tmp_path)

    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        f"{tmp_path / 'aws'} has no core, deps, signing, rendering, delivery, functions:"
        " run `make build TARGET=aws` first"
    ]


def _run_app(stage: str, assets: Path, out: Path) -> "subprocess.CompletedProcess[str]":
    environment = {
        "PATH": os.defpath,
        "HOME": str(Path.home()),  # CDK unpacks itself there once, which takes ten seconds
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "JSII_NODE": str(NODE),
        "CDK_OUTDIR": str(out / "out"),
        "CDK_CONTEXT_JSON": json.dumps({"stage": stage}),
    }
    code = f"import app, pathlib; app.main(pathlib.Path({str(assets)!r}))"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
