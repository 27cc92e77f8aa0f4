"""The way of a receipt: SES, the account's default bus, our rule, our queue."""

from tests.infra.stages import Json, Stage
from tocsin.channels.email.ses_events import DetailIn


def test_ses_publishes_what_the_rule_waits_for(prod: Stage) -> None:
    """CloudFormation spells the events in its own way, and SES publishes to no bus but the default one."""
    destination = prod.only("AWS::SES::ConfigurationSetEventDestination")["EventDestination"]

    assert destination["Enabled"] is True
    assert destination["EventBridgeDestination"]["EventBusArn"]["Fn::Join"][1][-1] == ":event-bus/default"
    assert {event.capitalize() for event in destination["MatchingEventTypes"]} == _events(prod)


def test_the_rule_hands_on_what_the_function_understands(any_stage: Stage) -> None:
    understood = DetailIn.model_json_schema(by_alias=True)["properties"]["eventType"]["enum"]

    assert _events(any_stage) == set(understood)


def test_emails_are_sent_with_the_configuration_set_that_is_listened_to(any_stage: Stage) -> None:
    """Another stage in the same account has the same bus, and receipts that are none of ours."""
    (listened,) = _pattern(any_stage)["detail"]["mail"]["tags"]["ses:configuration-set"]
    sender = any_stage.functions()["deliver"]["Environment"]["Variables"]

    assert listened == any_stage.only("AWS::SES::ConfigurationSet")["Name"]
    assert listened == sender["SES_CONFIGURATION_SET"] == any_stage.settings.prefix


def test_the_rule_alone_may_fill_the_queue(prod: Stage) -> None:
    allowed = [
        statement
        for policy in prod.of_type("AWS::SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]

    (target,) = _rule(prod)["Targets"]
    (statement,) = [one for one in allowed if one["Resource"] == target["Arn"]]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [_rule_id(prod), "Arn"]}}}


def _events(stage: Stage) -> set[str]:
    return set(_pattern(stage)["detail"]["eventType"])


def _pattern(stage: Stage) -> Json:
    pattern: Json = _rule(stage)["EventPattern"]
    assert pattern["source"] == ["aws.ses"]
    return pattern


def _rule(stage: Stage) -> Json:
    return stage.of_type("AWS::Events::Rule")[_rule_id(stage)]


def _rule_id(stage: Stage) -> str:
    rules = stage.of_type("AWS::Events::Rule")
    (name,) = [
        name for name, rule in rules.items() if "aws.ses" in rule.get("EventPattern", {}).get("source", ())
    ]
    return name
