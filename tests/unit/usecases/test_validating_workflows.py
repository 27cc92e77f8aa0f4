"""What is wrong with a workflow, by the path of the field and in words the CLI can print."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.definitions import delay_step, email_step, in_app_step, workflow
from tocsin.domain.definition_content import content_of
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import FieldProblem
from tocsin.usecases.surroundings import Surroundings
from tocsin.usecases.validate_workflow import workflow_problems

DEVELOPMENT = Surroundings(
    "development",
    {"in-app": "in_app_feed", "email": "email", "guide": "in_app_guide"},
    {"default": False},
)


def problems(definition: dict[str, Any]) -> list[FieldProblem]:
    return workflow_problems(content_of(DefinitionKind.WORKFLOW, definition), DEVELOPMENT)


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
        "there is no step type 'sleep'; there are ",
    ),
    "a type of another type": (
        workflow({"ref": "a", "type": ["delay"]}),
        "steps.0.type",
        "there is no step type ['delay']; there are ",
    ),
    "an unknown channel": (
        workflow(in_app_step(channel_key="pigeon")),
        "steps.0.channel_key",
        "there is no channel 'pigeon' in development; it has email, guide, in-app",
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
    "a delay without duration": (
        workflow(delay_step(delay_for=None)),
        "steps.0.settings",
        "must hold `delay_for`, `delay_until_field_path` or both",
    ),
    "a delay that points back from nothing": (
        workflow(delay_step(delay_for={"unit": "days", "value": -1})),
        "steps.0.settings",
        "may point back only from the moment",
    ),
    "a delay in moons": (
        workflow(delay_step(delay_for={"unit": "moons", "value": 1})),
        "steps.0.settings.delay_for.unit",
        "input should be 'seconds'",
    ),
    "a delay of more than a year": (
        workflow(delay_step(delay_for={"unit": "days", "value": 366})),
        "steps.0.settings",
        "a delay lasts 365 days at most",
    ),
    "a condition on nothing": (
        workflow(in_app_step(conditions=condition("weather.today"))),
        "steps.0.conditions.all.0.variable",
        "must start with one of",
    ),
    "send windows of one day": (
        workflow(in_app_step(send_windows=[{"day": "monday", "type": "send"}])),
        "steps.0.send_windows",
        "there is none for tuesday",
    ),
    "a schema of an unknown type": (
        workflow(trigger_data_json_schema={"properties": {"name": {"type": "text"}}}),
        "trigger_data_json_schema.properties.name.type",
        'must be one of ["array","boolean"',
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
    "guides": (
        workflow({"type": "channel", "ref": "s", "channel_type": "in_app_guide", "template": {}}),
        "steps.0.channel_type",
    ),
    "a channel of such a type": (workflow(in_app_step(channel_key="guide")), "steps.0.channel_key"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_named_by_its_field(case: str) -> None:
    definition, field, message = WRONG[case]
    found = {problem.field: problem.message for problem in problems(definition)}
    assert message in found[field]


@pytest.mark.parametrize("case", UNSUPPORTED)
def test_what_does_not_run_yet_is_refused_and_says_so(case: str) -> None:
    definition, field = UNSUPPORTED[case]
    found = {problem.field: problem.message for problem in problems(definition)}
    assert "not supported" in found[field]


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
    definition: dict[str, Any], field: str
) -> None:
    assert [(one.field, one.type) for one in problems(definition)] == [
        (f"steps.0.template.{field}", "liquid_syntax")
    ]


def test_an_address_of_a_step_is_a_template_too() -> None:
    step = email_step() | {"channel_overrides": {"reply_to_address": "{{ data.x"}}
    assert [one.field for one in problems(workflow(step))] == ["steps.0.channel_overrides.reply_to_address"]


def test_each_field_is_told_once() -> None:
    found = problems({"name": "", "steps": [{"type": "channel"}, {"type": "delay", "ref": "d"}]})
    assert [problem.field for problem in found] == [
        "name",
        "steps.0.ref",
        "steps.0.channel_key",
        "steps.0.template",
        "steps.1.settings",
    ]


@pytest.mark.parametrize(
    "definition",
    [
        {"name": "Later", "steps": []},
        workflow(in_app_step(), delay_step(), email_step()),
        workflow(email_step(settings={"layout_key": "default", "pre_content": "{% assign a = 1 %}"})),
        workflow(in_app_step(conditions={}), conditions=condition("data.x")),
        workflow(in_app_step(channel_type="in_app_feed", channel_overrides={"link_tracking": True})),
        workflow(
            email_step() | {"channel_overrides": {"to_address": "{{ data.to }}", "open_tracking": True}}
        ),
        workflow(
            in_app_step(
                conditions=None, send_windows=None, channel_group_key=None, channel_overrides=None, name=None
            ),
            **dict.fromkeys(
                ("conditions", "trigger_data_json_schema", "trigger_frequency", "goal_attachment", "tags")
            ),
        ),
    ],
)
def test_what_can_run_is_fine(definition: dict[str, Any]) -> None:
    assert problems(definition) == []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a definition."""
    pairs = list(
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [(value, key) for key, _ in pairs] + [place for _, inner in pairs for place in _places(inner)]


@settings(deadline=None)
@given(st.data(), JSON)
def test_whatever_is_sent_instead_of_anything_is_answered(data: st.DataObject, value: object) -> None:
    step = in_app_step(
        channel_type="in_app_feed",
        channel_group_key=None,
        send_windows=None,
        channel_overrides={"link_tracking": False},
        conditions=condition("data.x"),
        template={"markdown_body": "x", "action_url": "x", "action_buttons": [{"label": "x", "action": "x"}]},
    )
    email = email_step(
        settings={"layout_key": "default", "pre_content": ""}, is_mjml=False, visual_blocks=None
    )
    goal = {"goal_key": "g", "attribution_window_days": 3}
    options = {"is_commercial": True, "override_preferences": False}
    definition = workflow(
        step,
        delay_step(),
        email,
        conditions={"any": []},
        goal_attachment=goal,
        settings=options,
        trigger_frequency=None,
    )
    container, key = data.draw(st.sampled_from(_places(definition)))
    container[key] = value

    assert all(problem.message and problem.field for problem in problems(definition))
