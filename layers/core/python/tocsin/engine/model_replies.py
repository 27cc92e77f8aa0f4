"""What a model is told about the form of its reply, and what its reply comes to.

Not every model knows tools, system prompts or output formats, but each can be told in words; so the wish for JSON is
the end of the prompt, with its schema as the last line, and the schema decides what is taken.
"""

import re
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.json_schemas import JsonSchema
from tocsin.domain.work import Failed, Replied

FORM = (
    "Reply with one JSON value that fits the JSON Schema below, and with nothing else:"
    " no words around it and no code fence."
)
# Many models fence their JSON whatever they are told.
_FENCED = re.compile(r"\s*```[a-z]*\s*\n(.*?)\n?\s*```\s*", re.DOTALL)
# The whole reply is there: the model had nothing to add, or has said what it was told to stop at.
_WHOLE = frozenset({"end_turn", "stop_sequence"})
_REFUSED = frozenset({"content_filtered", "guardrail_intervened", "refusal"})
_CUT_OFF = frozenset({"max_tokens", "model_context_window_exceeded"})


class UnusableReplyError(Exception):
    """What the failure tells is for the run's log and shows no value of the reply: it may tell of people."""

    def __init__(self, failure: Failed) -> None:
        super().__init__(failure.message)
        self.failure = failure


def in_the_form_of(prompt: str, schema: Any) -> str:
    """The prompt of a reply in JSON."""
    return f"{prompt}\n\n{FORM}\n{json_text.dumps(schema)}"


def text_of(reply: Replied) -> str:
    """Raises UnusableReplyError."""
    stop = reply.stop_reason
    if stop in _REFUSED:
        raise _final("reply_refused", f"the model would not reply: {stop}")
    if stop in _CUT_OFF:
        cut = f"the reply was cut off after {reply.output_tokens} tokens: {stop}; ask for less"
        raise _final("reply_too_long", cut)
    if stop not in _WHOLE:
        raise _unexpected(f"the model stopped for another reason than being done: {stop}")
    if not reply.text.strip():
        raise _unexpected("the reply is empty")
    return reply.text.strip()


def json_of(reply: Replied, schema: dict[str, Any]) -> Any:
    """Raises UnusableReplyError."""
    text = text_of(reply)
    fenced = _FENCED.fullmatch(text)
    try:
        value = json_text.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        raise _unexpected(f"the reply, of {len(text)} characters, is not JSON") from None
    problems = JsonSchema(schema).problems(value)
    if problems:
        first = f"{problems[0].field} {problems[0].message}".strip()
        raise _unexpected(f"the reply does not fit the schema in {len(problems)} places, the first: {first}")
    return value


def _final(reason: str, message: str) -> UnusableReplyError:
    return UnusableReplyError(Failed(reason, message, retryable=False))


def _unexpected(message: str) -> UnusableReplyError:
    """A model throws dice: the same question may get a better reply."""
    return UnusableReplyError(Failed("invalid_reply", message, retryable=True))
