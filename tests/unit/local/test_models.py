"""The local stack's stand-in for models: it speaks as Bedrock does, and its JSON fits what it is asked for."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession, web

from local import ports
from local.models import example
from local.sink import BEDROCK_PREFIX, Sink
from tests.builders.bedrock import models_at
from tocsin.domain.json_schemas import JsonSchema
from tocsin.domain.work import Failed, Prompt, Replied
from tocsin.engine.model_replies import in_the_form_of, json_of, text_of


def ask(text: str) -> tuple[Replied | Failed, Any]:
    """What is replied, and what the sink shows then."""

    async def whole() -> tuple[Replied | Failed, Any]:
        app = web.Application()
        Sink().add_to(app)
        runner = web.AppRunner(app)
        await runner.setup()
        url = f"http://127.0.0.1:{ports.any_free_port()}"
        await web.TCPSite(runner, "127.0.0.1", int(url.rpartition(":")[2])).start()
        prompt = Prompt("arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.a.b:0", text, 100)
        replied = await asyncio.to_thread(models_at(url + BEDROCK_PREFIX).perform, prompt)
        async with ClientSession() as session, session.get(f"{url}/sink") as answer:
            kept = await answer.json()
        await runner.cleanup()
        return replied, kept

    return asyncio.run(whole())


def test_a_text_says_that_there_is_no_model_and_the_sink_shows_the_prompt() -> None:
    replied, [kept] = ask("Greet Jane.")
    assert isinstance(replied, Replied)
    assert text_of(replied).startswith("There is no model on this machine.")
    assert "us.a.b:0 would have been asked: Greet Jane." in text_of(replied)
    assert kept["body"]["messages"][0]["content"] == [{"text": "Greet Jane."}]


def test_json_fits_the_schema() -> None:
    schema = {"type": "object", "properties": {"size": {"enum": ["s", "m"]}}, "required": ["size"]}
    replied, _ = ask(in_the_form_of("Which size?", schema))
    assert isinstance(replied, Replied)
    assert json_of(replied, schema) == {"size": "s"}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": ["null", "string"]},
        {"type": "integer", "minimum": 5},
        {"type": "array", "items": {"type": "number"}, "minItems": 2},
        {"type": "array"},
        {"const": {"a": 1}},
        {"properties": {"a": {"type": "boolean"}, "b": {"properties": {"c": {"type": "null"}}}}},
        {"type": "object", "properties": {"a": True, "b": {}}, "required": ["a", "b"]},
    ],
)
def test_an_example_fits_its_schema(schema: dict[str, Any]) -> None:
    assert JsonSchema(schema).problems(example(schema)) == []
