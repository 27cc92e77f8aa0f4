"""What is wrong with a step that asks a model, before it is saved."""

from typing import Any

import pytest

from tests.builders.definitions import workflow
from tests.builders.ways import ai_agent
from tocsin.usecases.surroundings import Surroundings
from tocsin.usecases.validate_workflow import workflow_problems

DEVELOPMENT = Surroundings("development", {"in-app": "in_app_feed"}, {})
SCHEMA = {"type": "object", "properties": {"segment": {"type": "string"}}}


def problems(step: dict[str, Any]) -> dict[str, str]:
    found = workflow_problems(workflow(step), DEVELOPMENT)
    return {problem.field.removeprefix("steps.0."): problem.message for problem in found}


@pytest.mark.parametrize(
    "step",
    [
        ai_agent("Greet {{ recipient.name }}."),
        ai_agent("?", web_search_enabled=False, halt_on_error=False),
        ai_agent("?", web_search_enabled=None, halt_on_error=None, response_schema=None),
        ai_agent("Which segment?", schema=SCHEMA),
        ai_agent("?", model="bedrock:us.amazon.nova-lite-v1:0"),
    ],
)
def test_what_the_engine_can_run_is_saved(step: dict[str, Any]) -> None:
    assert problems(step) == {}


@pytest.mark.parametrize(
    ("step", "field", "message"),
    [
        (ai_agent("?", model="openai:gpt-5.2"), "settings.model", "not on Amazon Bedrock"),
        (ai_agent("?", model="bedrock:gpt"), "settings.model", "is no id of a Bedrock model"),
        (ai_agent("?", model=None), "settings.model", "can't be blank"),
        (ai_agent("?", model=5), "settings.model", "must be a string"),
        (ai_agent(" "), "settings.request_prompt", "can't be blank"),
        (ai_agent("{{ name | nope"), "settings.request_prompt", "line 1"),
        (ai_agent("?", response_type="xml"), "settings.response_type", "input should be 'text' or 'json'"),
        (ai_agent("?", response_type="json"), "settings.response_schema", "can't be blank"),
        (ai_agent("?", response_schema="{}"), "settings.response_schema", "belongs to replies in JSON"),
        (ai_agent("?", schema=SCHEMA, response_schema="{"), "settings.response_schema", "is not JSON"),
        (ai_agent("?", schema=[]), "settings.response_schema", "must be a JSON object"),
        (
            ai_agent("?", schema=SCHEMA, response_schema=SCHEMA),
            "settings.response_schema",
            "must be a string",
        ),
        (ai_agent("?", schema={"type": "segment"}), "settings.response_schema.type", "must be one of"),
        (ai_agent("?", web_search_enabled=True), "settings.web_search_enabled", "not supported yet"),
        (ai_agent("?", halt_on_error="no"), "settings.halt_on_error", "must be true or false"),
        ({"type": "ai_agent", "ref": "ai_1"}, "settings", "can't be blank"),
    ],
)
def test_what_it_cannot_is_named_by_its_field(step: dict[str, Any], field: str, message: str) -> None:
    found = problems(step)
    assert list(found) == [field]
    assert message in found[field]
