"""`http_fetch`: an HTTP request whose JSON answer goes into the run's data, over what was there.

Only 200, 201 and 204 are answers. A server's failure (5xx) and silence are tried again after 30 and 60 seconds;
whatever else goes wrong ends the run at once, because another try would end the same way.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tocsin.domain import json_text
from tocsin.domain.field_paths import placed
from tocsin.domain.request_inputs import INPUTS
from tocsin.domain.work import Answer, Answered, Failed, Fetched, Signal
from tocsin.engine.context import Context
from tocsin.engine.fetch_requests import fetch_of, host_of
from tocsin.engine.outcome import Halt, Next, Outcome, Perform, Retry
from tocsin.engine.rendered_json import InvalidJsonError
from tocsin.engine.request_inputs import rendered_inputs

TYPE = "http_fetch"
# Longer than the request and whoever makes it may take.
LEASE = timedelta(seconds=75)
PAUSES = (timedelta(seconds=30), timedelta(seconds=60))
SUCCESS = frozenset({200, 201, 204})
SERVER_ERROR = 500


class Pair(BaseModel):
    key: str
    value: str


class FetchSettings(BaseModel):
    """`headers` and `query_params` are pairs, or Liquid that renders to a JSON object."""

    model_config = ConfigDict(extra="ignore")

    url: str = Field(min_length=1)
    method: Literal["get", "post", "put", "delete", "patch"] = "get"
    headers: list[Pair] | str | None = None
    query_params: list[Pair] | str | None = None
    body: str | None = None
    inputs: dict[str, Any] | str | None = None
    input_schema: dict[str, Any] | None = None
    response_path: str | None = Field(default=None, max_length=255)
    sign_request: bool = False

    @field_validator("sign_request", mode="before")
    @classmethod
    def _said(cls, sign_request: Any) -> Any:
        return False if sign_request is None else sign_request

    @field_validator("method", mode="before")
    @classmethod
    def _lower(cls, method: Any) -> Any:
        return method.lower() if isinstance(method, str) else "get" if method is None else method


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["http_fetch"]
    ref: str
    settings: FetchSettings


def run(step: dict[str, Any], context: Context) -> Outcome:
    settings = Settings.model_validate(step).settings
    try:
        inputs = rendered_inputs(settings.inputs, settings.input_schema, context.render)
        fetch = fetch_of(settings, replace(context, scope={**context.scope, INPUTS: inputs}))
    except InvalidJsonError as error:
        return Halt("invalid_request", {"message": str(error)})
    if settings.sign_request:
        fetch = replace(fetch, signed_as=f"{context.run.id}:{step['ref']}")
    log = context.line("fetch_requested", step, method=settings.method, host=host_of(fetch.url))
    return Perform(fetch, LEASE, (log,))


def wake(step: dict[str, Any], context: Context, signal: Signal) -> Outcome:
    assert isinstance(signal, Answered)
    answer = signal.answer
    if isinstance(answer, Fetched) and answer.status in SUCCESS:
        return _fetched(step, context, answer)
    reason, message, is_retryable = _trouble(answer)
    log = context.line("fetch_failed", step, is_error=True, reason=reason, message=message)
    if is_retryable and context.run.attempt <= len(PAUSES):
        return Retry(context.now + PAUSES[context.run.attempt - 1], (log,))
    return Halt(reason, {"message": message}, (log,))


def _trouble(answer: Answer) -> tuple[str, str, bool]:
    """A word for the log, a sentence, and whether another try may help."""
    if isinstance(answer, Failed):
        return answer.reason, answer.message, answer.retryable
    assert isinstance(answer, Fetched)
    expected = "200, 201 and 204 are answers"
    return "fetch_failed", f"HTTP {answer.status}; only {expected}", answer.status >= SERVER_ERROR


def _fetched(step: dict[str, Any], context: Context, answer: Fetched) -> Outcome:
    path = Settings.model_validate(step).settings.response_path
    if not answer.body.strip():
        return Next((context.line("fetch_succeeded", step, status=answer.status),))
    try:
        value = json_text.loads_sent(answer.body.decode())
    except (ValueError, RecursionError) as error:
        return Halt("invalid_response", {"message": f"the answer is not JSON: {error}"})
    data = context.scope["data"]
    if path:
        merged = placed(data, path, value)
    elif isinstance(value, dict):
        merged = {**data, **value}
    else:
        message = "the answer is not a JSON object; set response_path to keep it in a field"
        return Halt("invalid_response", {"message": message})
    names = [path] if path else sorted(value)[:20]
    log = context.line("fetch_succeeded", step, status=answer.status, fields=names)
    return Next((log,), data=merged)
