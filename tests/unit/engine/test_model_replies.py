"""What a model's reply comes to."""

from decimal import Decimal

import pytest

from tocsin.domain.work import Replied
from tocsin.engine.model_replies import UnusableReplyError, in_the_form_of, json_of, text_of

SEGMENT = {
    "type": "object",
    "properties": {"segment": {"enum": ["small", "large"]}, "share": {"type": "number"}},
    "required": ["segment"],
}


def replied(text: str, stop: str = "end_turn") -> Replied:
    return Replied(text, stop, 10, 20)


def test_a_text_is_taken_without_the_space_around_it() -> None:
    assert text_of(replied("\n Hello, Jane.\n")) == "Hello, Jane."


@pytest.mark.parametrize(
    "text",
    [
        '{"segment": "large", "share": 0.10}',
        '```json\n{"segment": "large", "share": 0.10}\n```',
        '\n```\n{"segment": "large",\n "share": 0.10}```\n',
    ],
)
def test_json_is_taken_out_of_its_fence_and_keeps_its_digits(text: str) -> None:
    value = json_of(replied(text), SEGMENT)
    assert value == {"segment": "large", "share": Decimal("0.10")}
    assert str(value["share"]) == "0.10"


def test_json_need_not_be_an_object() -> None:
    assert json_of(replied('["```a```"]'), {"type": "array"}) == ["```a```"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Of course! Jane is large.", "is not JSON"),
        ('{"segment": "large"', "is not JSON"),
        ("NaN", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"segment": "Jane"}', 'segment must be one of ["small","large"]'),
        ("{}", "segment is required"),
        ('"large"', "must be of the type object"),
        ("  ", "is empty"),
    ],
)
def test_a_reply_in_another_form_may_be_asked_for_again_and_is_not_shown(text: str, told: str) -> None:
    with pytest.raises(UnusableReplyError, match="reply") as caught:
        json_of(replied(text), SEGMENT)
    assert told in str(caught.value)
    assert (caught.value.failure.reason, caught.value.failure.retryable) == ("invalid_reply", True)
    assert "Jane" not in str(caught.value)


@pytest.mark.parametrize(
    ("stop", "reason", "retryable"),
    [
        ("max_tokens", "reply_too_long", False),
        ("model_context_window_exceeded", "reply_too_long", False),
        ("content_filtered", "reply_refused", False),
        ("guardrail_intervened", "reply_refused", False),
        ("malformed_model_output", "invalid_reply", True),
        ("tool_use", "invalid_reply", True),
    ],
)
def test_half_a_reply_is_none(stop: str, reason: str, retryable: bool) -> None:
    with pytest.raises(UnusableReplyError) as caught:
        text_of(replied("Once upon a", stop))
    assert (caught.value.failure.reason, caught.value.failure.retryable) == (reason, retryable)


def test_the_schema_is_the_last_line_of_a_prompt() -> None:
    prompt = in_the_form_of("Which segment?", SEGMENT)
    assert prompt.startswith("Which segment?\n")
    assert prompt.rpartition("\n")[2].startswith('{"type":"object"')
