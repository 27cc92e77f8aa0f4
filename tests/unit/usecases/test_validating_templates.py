"""What a channel step may say, by the type of its channel: each mistake is named by its field."""

from typing import Any

import pytest

from tests.builders.definitions import workflow
from tocsin.domain.definition_content import content_of
from tocsin.domain.definitions import DefinitionKind
from tocsin.usecases.surroundings import Surroundings
from tocsin.usecases.validate_workflow import workflow_problems

CHANNELS = {"sms": "sms", "push": "push", "chat": "chat", "hook": "http"}
TEXT = {"title": "Hi", "text_body": "you"}

RIGHT: dict[str, tuple[str, dict[str, Any]]] = {
    "an sms": ("sms", {"text_body": "Code {{ data.code }}", "settings": {"to_number": "{{ data.to }}"}}),
    "a push": ("push", {**TEXT, "settings": {"delivery_type": "content", "payload_overrides": ""}}),
    "an sms with overrides": (
        "sms",
        {"text_body": "Hi", "settings": {"payload_overrides": '{"ttl": {{ data.ttl }}}'}},
    ),
    "a push with overrides": ("push", {**TEXT, "settings": {"payload_overrides": '{"badge": 1}'}}),
    "a push whose type is null": ("push", {**TEXT, "settings": {"delivery_type": None}}),
    "a silent push without words": ("push", {"settings": {"delivery_type": "silent"}}),
    "a chat message": ("chat", {"markdown_body": "**Hi**", "json_body": None, "summary": "Hi"}),
    "a chat message in JSON": ("chat", {"json_body": '{"blocks": {{ data.blocks | json }}}'}),
    "a webhook": (
        "hook",
        {"method": "PUT", "url": "https://x.test", "headers": [{"key": "X-A", "value": "1"}], "body": None},
    ),
    "the channel's own webhook": ("hook", {}),
    "a webhook whose method is null": ("hook", {"url": "https://x.test", "method": None}),
}

WRONG: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "an sms without text": ("sms", {}, "template.text_body", "can't be blank"),
    "an sms whose text is no template": ("sms", {"text_body": "{{ a"}, "template.text_body", "line 1"),
    "an sms to a broken template": (
        "sms",
        {"text_body": "Hi", "settings": {"to_number": "{% if %}"}},
        "template.settings.to_number",
        "line 1",
    ),
    "overrides that are no JSON": (
        "sms",
        {"text_body": "Hi", "settings": {"payload_overrides": "{'a': 1}"}},
        "template.settings.payload_overrides",
        "is not JSON",
    ),
    "overrides that are no object": (
        "push",
        {**TEXT, "settings": {"payload_overrides": "[1]"}},
        "template.settings.payload_overrides",
        "must be a JSON object",
    ),
    "overrides that are no template": (
        "push",
        {**TEXT, "settings": {"payload_overrides": '{"badge": {{ data.unread }'}},
        "template.settings.payload_overrides",
        "line 1",
    ),
    "overrides with a strategy that is none": (
        "sms",
        {"text_body": "Hi", "settings": {"payload_overrides": '{"__strategy__": "swap"}'}},
        "template.settings.payload_overrides",
        '"merge" or "replace"',
    ),
    "a push without a title": ("push", {"text_body": "x"}, "template.title", "can't be blank"),
    "a push without text": ("push", {"title": "x"}, "template.text_body", "can't be blank"),
    "a push of another type": (
        "push",
        {**TEXT, "settings": {"delivery_type": "loud"}},
        "template.settings.delivery_type",
        "content, silent",
    ),
    "a chat message without words": ("chat", {}, "template.markdown_body", "can't be blank"),
    "a chat message whose JSON is an object": (
        "chat",
        {"json_body": {"text": "x"}},
        "template.json_body",
        "must be a string",
    ),
    "a webhook without a url": ("hook", {"method": "post"}, "template.url", "can't be blank"),
    "a webhook with a method that is none": (
        "hook",
        {"url": "https://x.test", "method": "trace"},
        "template.method",
        "get, post",
    ),
    "headers that are no list": (
        "hook",
        {"url": "https://x.test", "headers": {"a": "b"}},
        "template.headers",
        "must be a list",
    ),
    "a header without a key": (
        "hook",
        {"url": "https://x.test", "headers": [{"value": "b"}]},
        "template.headers.0.key",
        "can't be blank",
    ),
    "a header that is not theirs": (
        "hook",
        {"url": "https://x.test", "headers": [{"key": " Host", "value": "b"}]},
        "template.headers.0.key",
        "how the request travels",
    ),
    "a parameter that is no pair": (
        "hook",
        {"url": "https://x.test", "query_params": ["a=b"]},
        "template.query_params.0",
        "must be an object",
    ),
}

WRONG_OVERRIDES: dict[str, tuple[str, dict[str, Any], str]] = {
    "tracking that is no flag": ("sms", {"link_tracking": "yes"}, "true or false"),
    "an SMS that tells that it was opened": ("sms", {"open_tracking": True}, "only an email"),
    "a chat that tells that it was opened": ("chat", {"open_tracking": True}, "only an email"),
    "a flag that is none": ("push", {"token_deregistration": "no"}, "true or false"),
    "people found by email": ("chat", {"email_based_user_id_resolution": "yes"}, "true or false"),
    "any of a webhook's": ("hook", {"timeout": 5}, "no overrides"),
}


def problems(
    channel: str, template: dict[str, Any], overrides: dict[str, Any] | None = None
) -> dict[str, str]:
    """By field, without the step it is in."""
    step = {"type": "channel", "ref": "a", "channel_key": channel, "template": template}
    definition = workflow({**step, "channel_overrides": overrides})
    surroundings = Surroundings("development", CHANNELS, {})
    found = workflow_problems(content_of(DefinitionKind.WORKFLOW, definition), surroundings)
    return {problem.field.removeprefix("steps.0."): problem.message for problem in found}


@pytest.mark.parametrize("case", RIGHT)
def test_what_can_be_sent_is_taken(case: str) -> None:
    channel, template = RIGHT[case]
    assert problems(channel, template) == {}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_sent_is_named_by_its_field(case: str) -> None:
    channel, template, field, message = WRONG[case]
    assert message in problems(channel, template)[field]


@pytest.mark.parametrize("case", WRONG_OVERRIDES)
def test_an_override_that_means_nothing_is_refused(case: str) -> None:
    channel, overrides, message = WRONG_OVERRIDES[case]
    template = {"sms": {"text_body": "x"}, "push": TEXT, "chat": {"markdown_body": "x"}, "hook": {}}[channel]
    [field] = overrides
    assert message in problems(channel, template, overrides)[f"channel_overrides.{field}"]
