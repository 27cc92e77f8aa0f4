"""The way of an event on the account's bus: a rule of ours, our queue."""

from dataclasses import replace
from pathlib import Path

from infra.settings import Settings
from tests.infra.stages import Json, Stage, synthesize
from tocsin.contract.bus_events import TRIGGER


def test_a_deployment_takes_the_triggers_that_name_it(any_stage: Stage) -> None:
    """Another stage in the same account has the same bus."""
    pattern = _rules(any_stage)["bus_triggers"]["EventPattern"]

    assert pattern == {"detail-type": [TRIGGER], "detail": {"deployment": [any_stage.settings.prefix]}}


def test_a_deployment_listens_to_nobody_unless_it_is_told(prod: Stage, tmp_path: Path) -> None:
    listed = Settings.for_stage("prod", tmp_path, "com.acme.orders, com.acme.bank").event_sources
    told = synthesize(replace(prod.settings, event_sources=listed), tmp_path)

    assert "bus_sources" not in _rules(prod)
    assert _rules(told)["bus_sources"]["EventPattern"] == {"source": ["com.acme.orders", "com.acme.bank"]}


def test_rules_fill_the_queue_that_the_worker_empties(any_stage: Stage) -> None:
    for name, rule in _rules(any_stage).items():
        [target] = rule["Targets"]
        assert _queue_name(any_stage, target["Arn"]) == any_stage.settings.name("events"), name


def test_events_go_on_the_one_bus_that_a_stage_names_and_by_default_on_none(
    prod: Stage, tmp_path: Path
) -> None:
    """EventBridge is paid for by the event, so who wants them says so."""
    with_bus = synthesize(
        Settings.for_stage("prod", prod.settings.assets.parent, event_bus="default"), tmp_path
    )

    assert _put_events(prod) == set()
    assert _put_events(with_bus) == {":event-bus/default"}
    assert with_bus.functions()["on_change"]["Environment"]["Variables"]["EVENT_BUS"] == "default"


def _put_events(stage: Stage) -> set[str]:
    """Of the buses that anybody may put events on, what follows the account."""
    return {
        statement["Resource"]["Fn::Join"][1][-1]
        for policy in stage.of_type("AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Action"] == "events:PutEvents"
    }


def _rules(stage: Stage) -> dict[str, Json]:
    prefix = stage.settings.name("")
    rules = stage.of_type("AWS::Events::Rule").values()
    found = {rule["Name"].removeprefix(prefix): rule for rule in rules if "Name" in rule}
    return {name: rule for name, rule in found.items() if name.startswith("bus_")}


def _queue_name(stage: Stage, arn: Json) -> str:
    queue: str = stage.of_type("AWS::SQS::Queue")[arn["Fn::GetAtt"][0]]["QueueName"]
    return queue
