"""How a channel delivers, whoever its provider is: how fast, who steps in for it, and when it is left in peace."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tocsin.domain.channels import CHAT, HTTP, IN_APP_FEED, IN_APP_GUIDE, PUSH, Channel
from tocsin.domain.errors import FieldProblem

RATE_LIMIT, FAILOVER, FAILOVER_AFTER, CIRCUIT_BREAKER = (
    "rate_limit",
    "failover",
    "failover_after_seconds",
    "circuit_breaker",
)
UNITS = {"second": 1, "minute": 60}
MAX_LIMIT = 100_000
MAX_FALLBACKS = 5
RECEIPT_SECONDS = range(60, 24 * 3600 + 1)
BREAKER_FAILURES, BREAKER_SECONDS = range(1, 1001), range(1, 3601)
# What is not sent to anybody needs no policy.
NOT_SENT = frozenset({IN_APP_FEED, IN_APP_GUIDE})
# A token, an account or an URL of one channel means nothing to another.
BOUND_TO_THEIR_CHANNEL = frozenset({PUSH, CHAT, HTTP})

Problems = Iterator[FieldProblem]


@dataclass(frozen=True, slots=True)
class Rate:
    """So many messages in each stretch of so many seconds."""

    limit: int
    seconds: int


@dataclass(frozen=True, slots=True)
class BreakerRule:
    """The circuit opens after so many failures in a row, no further apart than that from first to last."""

    failures: int = 10
    within: timedelta = timedelta(seconds=60)


def rate_of(channel: Channel) -> Rate | None:
    said = channel.settings.get(RATE_LIMIT)
    return Rate(said["limit"], UNITS[said["per"]]) if said else None


def breaker_rule_of(channel: Channel) -> BreakerRule | None:
    """None where nothing opens the circuit: it was switched off, or nobody asked for one where each message may go to
    a server of somebody else."""
    said = channel.settings.get(CIRCUIT_BREAKER)
    if said is None:
        return None if channel.type == HTTP else BreakerRule()
    if said is False:
        return None
    return BreakerRule(said["failures"], timedelta(seconds=said["within_seconds"]))


def patience_of(channel: Channel) -> timedelta | None:
    """How long after sending somebody else tries where no receipt has come."""
    seconds = channel.settings.get(FAILOVER_AFTER)
    return timedelta(seconds=seconds) if seconds is not None and channel.settings.get(FAILOVER) else None


def carriers_of(channel: Channel, channels: Mapping[str, Channel]) -> list[Channel]:
    """Who may carry a message of the channel, in order: itself, then those that it names and that are there to send.
    What these name in turn is not followed, so two channels may step in for each other."""
    named = (channels.get(key) for key in channel.settings.get(FAILOVER, ()))
    return [channel, *(one for one in named if one and one.type == channel.type and not one.is_sandbox)]


def failover_problems(
    key: str, type_: str, settings: Mapping[str, Any], known: Mapping[str, Channel]
) -> Problems:
    """What is wrong with the channels that shall step in, given all `known` of the environment by key."""
    named = settings.get(FAILOVER) or ()
    if named and type_ in BOUND_TO_THEIR_CHANNEL:
        message = f"a {type_} channel has destinations of its own, which mean nothing to another channel"
        yield FieldProblem(FAILOVER, message, "misplaced")
        return
    for index, other in enumerate(named):
        field = f"{FAILOVER}.{index}"
        if other == key:
            yield FieldProblem(field, "is the channel itself", "mismatch")
        elif other not in known:
            yield FieldProblem(
                field, f"there is no channel {other!r} in this environment", "missing_reference"
            )
        elif known[other].type != type_:
            message = f"is of the type {known[other].type!r}; only another {type_!r} channel can step in"
            yield FieldProblem(field, message, "mismatch")
    if settings.get(FAILOVER_AFTER) is not None and not named:
        yield FieldProblem(FAILOVER_AFTER, f"needs {FAILOVER}, the channels that then try", "missing")


def _rate_limit(value: Any) -> Problems:
    if not _has(value, "limit", "per") or not _whole(value["limit"], range(1, MAX_LIMIT + 1)):
        message = f'must be such as {{"limit": 10, "per": "second"}}, with a limit of 1 to {MAX_LIMIT}'
        yield FieldProblem("", message, "dict_type")
    elif value["per"] not in UNITS:
        yield FieldProblem("per", f"must be {' or '.join(UNITS)}", "enum")


def _failover(value: Any) -> Problems:
    keys = value if isinstance(value, list) else []
    if not keys or not all(isinstance(key, str) and key for key in keys) or len(set(keys)) < len(keys):
        yield FieldProblem("", "must be a list of channel keys, none of them twice", "list_type")
    elif len(keys) > MAX_FALLBACKS:
        yield FieldProblem("", f"{len(keys)} channels; {MAX_FALLBACKS} may step in", "too_long")


def _failover_after(value: Any) -> Problems:
    if not _whole(value, RECEIPT_SECONDS):
        message = f"must be whole seconds, {RECEIPT_SECONDS[0]} to {RECEIPT_SECONDS[-1]}"
        yield FieldProblem("", message, "int_type")


def _circuit_breaker(value: Any) -> Problems:
    if value is False:
        return
    if (
        not _has(value, "failures", "within_seconds")
        or not _whole(value["failures"], BREAKER_FAILURES)
        or not _whole(value["within_seconds"], BREAKER_SECONDS)
    ):
        message = (
            'must be false, or such as {"failures": 10, "within_seconds": 60}, with 1 to'
            f" {BREAKER_FAILURES[-1]} failures within 1 to {BREAKER_SECONDS[-1]} seconds"
        )
        yield FieldProblem("", message, "dict_type")


def _has(value: Any, *names: str) -> bool:
    return isinstance(value, dict) and value.keys() == set(names)


def _whole(value: Any, allowed: range) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in allowed


DELIVERY_CHECKS: Mapping[str, Callable[[Any], Problems]] = {
    RATE_LIMIT: _rate_limit,
    FAILOVER: _failover,
    FAILOVER_AFTER: _failover_after,
    CIRCUIT_BREAKER: _circuit_breaker,
}
