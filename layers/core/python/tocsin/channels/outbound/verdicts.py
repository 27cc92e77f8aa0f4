"""What a provider's HTTP status means for a message, where the provider's own answer says no more."""

from typing import Any

from tocsin.channels.base import (
    CredentialsError,
    DeliveryError,
    RejectedError,
    RetryableError,
    Sent,
    ThrottledError,
)
from tocsin.channels.outbound.requests import HttpAnswer
from tocsin.domain import json_text

_UNKNOWN_TO_THEM = frozenset({401, 403})
_WORTH_ANOTHER_TRY = frozenset({408, 409, 425})
# Longer than any schedule of ours: more digits are no answer but an accident.
_LONGEST_WAIT = 5


def verdict(answer: HttpAnswer, kind: type[DeliveryError] | None = None) -> DeliveryError:
    """The error of an answer that is no success: of `kind` where the provider's own code says what it is, else by its
    status. 429 and 5xx pass; other refusals are final."""
    text = f"HTTP {answer.status}: {excerpt(answer)}"
    kind = kind or _by_status(answer.status)
    if issubclass(kind, ThrottledError):
        return kind(text, retry_after(answer), exchange=answer.exchange)
    return kind(text, exchange=answer.exchange)


def _by_status(status: int) -> type[DeliveryError]:
    if status == 429:
        return ThrottledError
    if status in _UNKNOWN_TO_THEM:
        return CredentialsError
    return RetryableError if status >= 500 or status in _WORTH_ANOTHER_TRY else RejectedError


def retry_after(answer: HttpAnswer) -> float | None:
    """Seconds. The header's other form, a date, is rare enough to be left to our own schedule."""
    text = answer.headers.get("retry-after", "").strip()
    return float(text) if text.isdecimal() and text.isascii() and len(text) <= _LONGEST_WAIT else None


def json_object(answer: HttpAnswer) -> dict[str, Any]:
    """Raises RetryableError for anything else: nobody knows what became of the message."""
    try:
        value = json_text.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise unreadable(answer) from error
    if not isinstance(value, dict):
        raise unreadable(answer)
    return value


def taken(answer: HttpAnswer, *path: str | int) -> Sent:
    """By an answer with the message's id at `path`. Raises RetryableError where there is none."""
    found: Any = json_object(answer)
    try:
        for step in path:
            found = found[step]
    except (KeyError, IndexError, TypeError) as error:
        raise unreadable(answer) from error
    if not found or not isinstance(found, str | int):
        raise unreadable(answer)
    return Sent(external_id=str(found), exchange=answer.exchange)


def refusal(answer: HttpAnswer) -> dict[str, Any]:
    """What a no says of itself, empty where it is no object: then its status speaks alone."""
    try:
        return json_object(answer)
    except RetryableError:
        return {}


def unreadable(answer: HttpAnswer) -> RetryableError:
    return RetryableError(f"the answer cannot be read: {excerpt(answer)}", exchange=answer.exchange)


def excerpt(answer: HttpAnswer) -> str:
    """Enough of the body for a person to see what was wrong."""
    return answer.exchange.answer
