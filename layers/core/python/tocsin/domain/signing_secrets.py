"""Secrets that requests of an environment are signed with, so that whoever gets them knows where they come from."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tocsin.domain.created_secrets import TAKES_OVER_WITHIN

PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class SigningSecret:
    """By the name it is stored under, which is never used again. `ends_at` is set once a newer one has taken over."""

    name: str
    ends_at: datetime | None = None


def written(random: str) -> str:
    """As Standard Webhooks writes secrets, and libraries read them."""
    return PREFIX + b64encode(random.encode()).decode()


def live_names(secrets: Iterable[SigningSecret], now: datetime) -> list[str]:
    """The newest first."""
    return [one.name for one in secrets if one.ends_at is None or now < one.ends_at][::-1]


def with_new(secrets: Iterable[SigningSecret], name: str, now: datetime) -> tuple[SigningSecret, ...]:
    """The newest until now lives for another day, and none older: two are live at once."""
    newest = [replace(one, ends_at=now + TAKES_OVER_WITHIN) for one in secrets if one.ends_at is None]
    return (*newest, SigningSecret(name))
