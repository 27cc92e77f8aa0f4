"""Slow work that a step asks for outside: it is done apart, so that it holds up nobody else's run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fetch:
    """An HTTP request. `body` None sends none. One that is to be signed says by which id whoever gets it tells that it
    is a repetition."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    signed_as: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back: any status; redirects are not followed."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question to a model; `model` is Amazon Bedrock's name for it. The reply ends after so many tokens."""

    model: str
    text: str
    longest_reply: int


@dataclass(frozen=True, slots=True)
class Replied:
    """What a model said, what it cost, and in Bedrock's words why it ended there."""

    text: str
    stop_reason: str
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing came back. `reason` is a word of the log; whether another try may help is `retryable`."""

    reason: str
    message: str
    retryable: bool


Work = Fetch | Prompt
Answer = Fetched | Replied | Failed


@dataclass(frozen=True, slots=True)
class Due:
    """A run is woken: its time has come."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A run is woken: the work it asked for is done."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Happened:
    """A run is woken: an event it waited for. `event` is what conditions and templates see of it."""

    event: dict[str, Any]


Signal = Due | Answered | Happened
DUE = Due()
