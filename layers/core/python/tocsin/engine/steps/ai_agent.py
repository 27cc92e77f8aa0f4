"""`ai_agent`: a model's reply to a prompt, in the run's data under the step's ref.

Text is `data.<ref>.text`, JSON is `data.<ref>` itself. Silence, throttling, a model in trouble and a reply in the wrong
form are tried again, twice; then, or at once where another try would end the same way, the run ends, or goes on without
a reply where `halt_on_error` is false. The log has sizes and tokens, and nothing of prompt or reply.
"""

from datetime import timedelta
from typing import Any, Literal
from zlib import crc32

from pydantic import BaseModel, ConfigDict, Field, StrictBool, field_validator

from tocsin.domain import json_text
from tocsin.domain.ai_models import bedrock_id
from tocsin.domain.work import Answer, Answered, Failed, Prompt, Replied, Signal
from tocsin.engine.context import Context
from tocsin.engine.model_replies import UnusableReplyError, in_the_form_of, json_of, text_of
from tocsin.engine.outcome import Halt, Next, Outcome, Perform, Retry

TYPE = "ai_agent"
# Longer than the call and whoever makes it may take.
LEASE = timedelta(seconds=75)
PAUSES = (timedelta(seconds=30), timedelta(seconds=60))
# What models write while a call may last, at their usual pace.
LONGEST_REPLY = 2_000  # tokens


class AgentSettings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    model: str
    request_prompt: str = Field(min_length=1)
    response_type: Literal["text", "json"]
    response_schema: str | None = None
    halt_on_error: StrictBool | None = None

    @field_validator("model")
    @classmethod
    def _on_bedrock(cls, model: str) -> str:
        bedrock_id(model)
        return model

    @property
    def schema_of_reply(self) -> dict[str, Any]:
        schema: dict[str, Any] = json_text.loads(self.response_schema or "{}")
        return schema


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["ai_agent"]
    ref: str
    settings: AgentSettings


def run(step: dict[str, Any], context: Context) -> Outcome:
    settings = Settings.model_validate(step).settings
    text = context.render(settings.request_prompt).strip()
    if not text:
        return give_up(step, context, Halt("empty_prompt", {"message": "the prompt renders to nothing"}))
    if settings.response_type == "json":
        text = in_the_form_of(text, settings.schema_of_reply)
    log = context.line("ai_agent_requested", step, model=settings.model, prompt_characters=len(text))
    return Perform(Prompt(bedrock_id(settings.model), text, LONGEST_REPLY), LEASE, (log,))


def wake(step: dict[str, Any], context: Context, signal: Signal) -> Outcome:
    assert isinstance(signal, Answered)
    figures = _figures(signal.answer)
    try:
        value = _value(Settings.model_validate(step).settings, signal.answer)
    except UnusableReplyError as error:
        return _failed(step, context, error.failure, figures)
    log = context.line("ai_agent_succeeded", step, **figures)
    return Next((log,), data={**context.scope["data"], step["ref"]: value})


def _value(settings: AgentSettings, answer: Answer) -> Any:
    """Raises UnusableReplyError."""
    if isinstance(answer, Failed):
        raise UnusableReplyError(answer)
    assert isinstance(answer, Replied)
    if settings.response_type == "json":
        return json_of(answer, settings.schema_of_reply)
    return {"text": text_of(answer)}


def _figures(answer: Answer) -> dict[str, Any]:
    """What a reply cost, also one that is of no use."""
    if not isinstance(answer, Replied):
        return {}
    return {
        "reply_characters": len(answer.text),
        "input_tokens": answer.input_tokens,
        "output_tokens": answer.output_tokens,
    }


def _failed(step: dict[str, Any], context: Context, failure: Failed, figures: dict[str, Any]) -> Outcome:
    told = {"reason": failure.reason, "message": failure.message, **figures}
    log = context.line("ai_agent_failed", step, is_error=True, **told)
    if failure.retryable and context.run.attempt <= len(PAUSES):
        return Retry(context.now + _pause(context), (log,))
    return give_up(step, context, Halt(failure.reason, {"message": failure.message}, (log,)))


def _pause(context: Context) -> timedelta:
    """Up to twice as long, for each run another: what was throttled together must not come back together."""
    spread = crc32(context.run.id.encode()) / 2**32
    return PAUSES[context.run.attempt - 1] * (1 + spread)


def give_up(step: dict[str, Any], context: Context, halt: Halt) -> Outcome:
    """A run may go on without a reply, whatever the reason."""
    if step["settings"].get("halt_on_error") is not False:
        return halt
    told = {"reason": halt.reason, "retryable": False, "run": "goes_on", **halt.data}
    return Next((*halt.events, context.line("step_failed", step, is_error=True, **told)))
