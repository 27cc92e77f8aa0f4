"""What is refused when a workflow is saved, by the path of the field and in words the CLI can print."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders.definitions import Manager, delay_step, email_step, in_app_step, workflow
from tocsin.domain.definitions import DefinitionKind
from tocsin.lambda_kit.services import Services


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


def condition(variable: str, operator: str = "equal_to", argument: object = "x") -> dict[str, Any]:
    return {"all": [{"variable": variable, "operator": operator, "argument": argument}]}


WRONG = {
    "no name": (workflow(name=None), "name", "can't be blank"),
    "blank name": (workflow(name="  "), "name", "can't be blank"),
    "long name": (workflow(name="x" * 256), "name", "has 256 characters; 255 are allowed"),
    "name of another type": (workflow(name=5), "name", "must be a string"),
    "long description": (
        workflow(description="x" * 281),
        "description",
        "has 281 characters; 280 are allowed",
    ),
    "categories that are no list": (workflow(categories="a"), "categories", "must be a list of strings"),
    "tags that are no strings": (workflow(tags=[1]), "tags", "must be a list of strings"),
    "settings that are no object": (workflow(settings=[]), "settings", "must be an object"),
    "a flag that is none": (
        workflow(settings={"is_commercial": "yes"}),
        "settings.is_commercial",
        "must be true or false",
    ),
    "no steps": ({"name": "x"}, "steps", "can't be blank"),
    "steps that are no list": ({"name": "x", "steps": {}}, "steps", "must be a list of steps"),
    "a step that is no object": (workflow(in_app_step(), "x"), "steps.1", "must be an object"),  # type: ignore[arg-type]
    "no ref": (workflow(in_app_step("")), "steps.0.ref", "can't be blank"),
    "a ref twice": (
        workflow(in_app_step("a"), email_step("a")),
        "steps.1.ref",
        "another step has the ref 'a' already; refs are unique",
    ),
    "no type": (workflow({"ref": "a"}), "steps.0.type", "can't be blank"),
    "an unknown type": (
        workflow({"ref": "a", "type": "sleep"}),
        "steps.0.type",
        "there is no step type 'sleep'; there are channel, delay",
    ),
    "a type of another type": (
        workflow({"ref": "a", "type": ["delay"]}),
        "steps.0.type",
        "there is no step type ['delay']; there are channel, delay",
    ),
    "an unknown channel": (
        workflow(in_app_step(channel_key="pigeon")),
        "steps.0.channel_key",
        "there is no channel 'pigeon' in development; it has email, in-app",
    ),
    "no channel": (workflow(in_app_step(channel_key=None)), "steps.0.channel_key", "can't be blank"),
    "a channel of another type": (
        workflow(in_app_step(channel_type="email")),
        "steps.0.channel_type",
        "is 'email', but the channel 'in-app' is of the type 'in_app_feed'",
    ),
    "no template": (workflow(in_app_step(template=None)), "steps.0.template", "can't be blank"),
    "no subject": (workflow(email_step(subject=None)), "steps.0.template.subject", "can't be blank"),
    "no body": (workflow(email_step(html_body=None)), "steps.0.template.html_body", "can't be blank"),
    "an unknown layout": (
        workflow(email_step(settings={"layout_key": "fancy"})),
        "steps.0.template.settings.layout_key",
        "there is no email layout 'fancy'",
    ),
    "no markdown": (workflow(in_app_step(template={})), "steps.0.template.markdown_body", "can't be blank"),
    "three buttons": (
        workflow(
            in_app_step(
                template={"markdown_body": "x", "action_buttons": [{"label": "a", "action": "b"}] * 3}
            )
        ),
        "steps.0.template.action_buttons",
        "has 3 buttons; 2 are allowed",
    ),
    "a button without action": (
        workflow(in_app_step(template={"markdown_body": "x", "action_buttons": [{"label": "a"}]})),
        "steps.0.template.action_buttons.0.action",
        "can't be blank",
    ),
    "a delay without duration": (workflow(delay_step(delay_for=None)), "steps.0.settings.delay_for", ""),
    "a delay in moons": (
        workflow(delay_step(delay_for={"unit": "moons", "value": 1})),
        "steps.0.settings.delay_for.unit",
        "input should be 'seconds'",
    ),
    "a delay of more than a year": (
        workflow(delay_step(delay_for={"unit": "days", "value": 366})),
        "steps.0",
        "a delay lasts 365 days at most",
    ),
    "a condition on nothing": (
        workflow(in_app_step(conditions=condition("weather.today"))),
        "steps.0.conditions.all.0.variable",
        "must start with one of",
    ),
    "an unknown operator": (
        workflow(conditions=condition("data.x", "resembles")),
        "conditions.all.0.operator",
        "unknown operator 'resembles'",
    ),
    "a goal without key": (workflow(goal_attachment={}), "goal_attachment.goal_key", "can't be blank"),
    "a goal of a year": (
        workflow(goal_attachment={"goal_key": "g", "attribution_window_days": 365}),
        "goal_attachment.attribution_window_days",
        "must be a whole number from 1 to 30",
    ),
}

UNSUPPORTED = {
    "batch steps": (workflow(in_app_step(), {"type": "batch", "ref": "b"}), "steps.1.type"),
    "branches": (workflow({"type": "branch", "ref": "b", "branches": []}), "steps.0.type"),
    "sms": (
        workflow({"type": "channel", "ref": "s", "channel_type": "sms", "template": {}}),
        "steps.0.channel_type",
    ),
    "channel groups": (
        workflow(in_app_step(channel_key=None, channel_group_key="g")),
        "steps.0.channel_group_key",
    ),
    "send windows": (workflow(in_app_step(send_windows=[{"day": "monday"}])), "steps.0.send_windows"),
    "visual blocks": (
        workflow(email_step(html_body=None, visual_blocks=[{}])),
        "steps.0.template.visual_blocks",
    ),
    "MJML": (workflow(email_step(is_mjml=True)), "steps.0.template.is_mjml"),
    "attachments": (
        workflow(email_step(settings={"attachment_key": "files"})),
        "steps.0.template.settings.attachment_key",
    ),
    "tracking": (
        workflow(in_app_step(channel_overrides={"link_tracking": True})),
        "steps.0.channel_overrides.link_tracking",
    ),
    "delays until": (
        workflow(delay_step(delay_until_field_path="data.at")),
        "steps.0.settings.delay_until_field_path",
    ),
    "frequency": (workflow(trigger_frequency="once_per_recipient"), "trigger_frequency"),
    "data schemas": (workflow(trigger_data_json_schema={"type": "object"}), "trigger_data_json_schema"),
    "message statuses": (
        workflow(in_app_step("a"), email_step() | {"conditions": condition("refs.a.delivery_status")}),
        "steps.1.conditions.all.0.variable",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_named_by_its_field(manager: Manager, case: str) -> None:
    definition, field, message = WRONG[case]
    manager.save(definition=definition)
    assert message in manager.problems()[field]


@pytest.mark.parametrize("case", UNSUPPORTED)
def test_what_does_not_run_yet_is_refused_and_says_so(
    manager: Manager, services: Services, case: str
) -> None:
    definition, field = UNSUPPORTED[case]
    manager.save(definition=definition, query="commit=true")

    assert "not supported" in manager.problems()[field]
    assert services.definitions.draft("development", DefinitionKind.WORKFLOW, "welcome") is None


@pytest.mark.parametrize(
    ("definition", "field"),
    [
        (workflow(in_app_step(template={"markdown_body": "{{ recipient.name"})), "markdown_body"),
        (workflow(in_app_step(template={"markdown_body": "x", "action_url": "{% if %}"})), "action_url"),
        (workflow(email_step(subject="{% endfor %}")), "subject"),
        (workflow(email_step(html_body="{{ x | no_such_filter }}")), "html_body"),
        (workflow(email_step(text_body="{% for %}")), "text_body"),
        (workflow(email_step(settings={"pre_content": "{% assign %}"})), "settings.pre_content"),
    ],
)
def test_a_broken_template_is_found_before_anybody_is_notified(
    manager: Manager, definition: dict[str, Any], field: str
) -> None:
    manager.save(definition=definition)
    assert list(manager.problems()) == [f"steps.0.template.{field}"]
    assert manager.answer.json["errors"][0]["type"] == "liquid_syntax"


def test_an_address_of_a_step_is_a_template_too(manager: Manager) -> None:
    manager.save(definition=workflow(email_step() | {"channel_overrides": {"reply_to_address": "{{ data.x"}}))
    assert list(manager.problems()) == ["steps.0.channel_overrides.reply_to_address"]


def test_all_mistakes_are_told_at_once_and_each_field_once(manager: Manager) -> None:
    manager.save(definition={"name": "", "steps": [{"type": "channel"}, {"type": "delay", "ref": "d"}]})

    assert manager.answer.json["code"] == "invalid_params"
    assert list(manager.problems()) == [
        "name",
        "steps.0.ref",
        "steps.0.channel_key",
        "steps.0.template",
        "steps.1.settings",
    ]
    assert len(manager.answer.json["errors"]) == 5


@pytest.mark.parametrize("key", ["ab", "Welcome", "we%20lcome", "x" * 256, "wel.come", "gr%C3%BCezi"])
def test_a_key_is_short_plain_and_lower_case(manager: Manager, key: str) -> None:
    manager.save(key)
    assert manager.problems() == {"key": "must be 3 to 255 characters of a-z, 0-9, - and _"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("", "workflow"),
        ("{}", "workflow"),
        ('{"workflow": []}', "workflow"),
        ('{"workflow": {"name": ', "body"),
        ('{"workflow": {"name": NaN}}', "body"),
        ('{"workflow": {"name": "\\ud800"}}', "body"),
        ('{"workflow": {"x": ' + "[" * 200 + "]" * 200 + "}}", "body"),
        ('{"workflow": {"x": ' + "[" * 100_000 + "]" * 100_000 + "}}", "body"),
    ],
)
def test_a_body_that_is_no_workflow_is_refused(manager: Manager, body: str, field: str) -> None:
    manager.put("/workflows/welcome", body)
    assert list(manager.problems()) == [field]


def test_a_workflow_that_no_row_can_hold_is_refused(manager: Manager) -> None:
    manager.save(definition=workflow(padding="x" * 400_000))
    assert "a definition holds at most 358400" in manager.problems()["workflow"]


def test_a_workflow_may_be_empty(manager: Manager) -> None:
    """A person saves one, then adds steps."""
    assert manager.save(definition={"name": "Later", "steps": []}).status == 200


def test_nulls_where_nothing_is_meant_are_fine(manager: Manager) -> None:
    step = in_app_step(
        conditions=None, send_windows=None, channel_group_key=None, channel_overrides=None, name=None
    )
    nothing = dict.fromkeys(
        ("conditions", "trigger_data_json_schema", "trigger_frequency", "goal_attachment")
    )
    assert manager.save(definition=workflow(step, **nothing, tags=None, categories=None)).status == 200
