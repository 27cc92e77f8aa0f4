"""What a provider's HTTP status means for a message, where the provider's own answer says no more."""

from typing import Any

from tocsin.channels.base import (
    CredentialsError,
    DeliveryError,
    RejectedError,
    RetryableError,
    ThrottledError,
)
from tocsin.channels.outbound.requests import HttpAnswer
from tocsin.domain import json_text

_UNKNOWN_TO_THEM = frozenset({401, 403})
_WORTH_ANOTHER_TRY = frozenset({408, 409, 425})
# Longer than any schedule of ours: more digits are no answer but an accident.
_LONGEST_WAIT = 5


def verdict(answer: HttpAnswer) -> DeliveryError:
    """The error of an answer that is no success. 429 and 5xx pass; other refusals are final."""
    text = f"HTTP {answer.status}: {excerpt(answer)}"
    if answer.status == 429:
        return ThrottledError(text, retry_after(answer), exchange=answer.exchange)
    if answer.status in _UNKNOWN_TO_THEM:
        return CredentialsError(text, exchange=answer.exchange)
    if answer.status >= 500 or answer.status in _WORTH_ANOTHER_TRY:
        return RetryableError(text, exchange=answer.exchange)
    return RejectedError(text, exchange=answer.exchange)


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


def unreadable(answer: HttpAnswer) -> RetryableError:
    return RetryableError(f"the answer cannot be read: {excerpt(answer)}", exchange=answer.exchange)


def excerpt(answer: HttpAnswer) -> str:
    """Enough of the body for a person to see what was wrong."""
    return answer.exchange.answer
