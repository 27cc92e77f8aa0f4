"""Conditions that ask what no scope holds: how far a step's messages came, and who is in an audience.

What they may say is checked here, once for those who save conditions and those who evaluate them.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol

from tocsin.domain.conditions_values import Argument
from tocsin.domain.message_ranks import RANKS, SKIPPED, Standing
from tocsin.domain.messages import Mark, Status

Problem = tuple[str, str]
"""The field of a condition that is wrong, and why."""

MEMBERSHIP = frozenset({"is_audience_member", "is_not_audience_member"})
MEMBERS = frozenset({"recipient", "recipient.id"})

DELIVERY_STATUS, ENGAGEMENT_STATUS = "delivery_status", "engagement_status"
STATUSES = (DELIVERY_STATUS, ENGAGEMENT_STATUS)

_DELIVERY_OPERATORS: Mapping[str, Callable[[int, int], bool]] = {
    "equal_to": operator.eq,
    "not_equal_to": operator.ne,
    "greater_than": operator.gt,
    "greater_than_or_equal_to": operator.ge,
    "less_than": operator.lt,
    "less_than_or_equal_to": operator.le,
}
_ENGAGEMENT_OPERATORS = ("contains", "not_contains")

_DELIVERY_CASES = {f"$message.{word}": RANKS[word] for word in (SKIPPED.delivery, *map(str, Status))}
# What must have been done with the message, and what must not.
_ENGAGEMENT_CASES: Mapping[str, tuple[Mark, Mark | None]] = {
    "$message.seen": (Mark.SEEN, None),
    "$message.seen_not_read": (Mark.SEEN, Mark.READ),
    "$message.read": (Mark.READ, None),
    "$message.read_not_link_clicked": (Mark.READ, Mark.LINK_CLICKED),
    "$message.interacted": (Mark.INTERACTED, None),
    "$message.link_clicked": (Mark.LINK_CLICKED, None),
    "$message.archived": (Mark.ARCHIVED, None),
}


class Asked(Protocol):
    """Answers for one run; asked only for conditions that are reached."""

    def standing(self, ref: str) -> Standing | None:
        """How far the messages of a step came; None when it made some and none of them is kept any more."""

    def is_member(self, audience: str) -> bool:
        """Whether the recipient is in the audience, for exactly the tenant of the run."""


class StatusVariable(NamedTuple):
    """`refs.email_1.delivery_status`, taken apart."""

    ref: str
    kind: str


def status_variable(variable: str) -> StatusVariable | None:
    match variable.split("."):
        case ["refs", ref, kind] if kind in STATUSES:
            return StatusVariable(ref, kind)
    return None


def status_problem(kind: str, name: str, argument: object) -> Problem | None:
    is_delivery = kind == DELIVERY_STATUS
    operators: Iterable[str] = _DELIVERY_OPERATORS if is_delivery else _ENGAGEMENT_OPERATORS
    cases: Iterable[str] = _DELIVERY_CASES if is_delivery else _ENGAGEMENT_CASES
    if name not in operators:
        return "operator", f"must be one of {', '.join(operators)} for a {kind}"
    if not isinstance(argument, str) or argument not in cases:
        return "argument", f"must be one of {', '.join(cases)} for a {kind}"
    return None


def status_holds(kind: str, name: str, case: str, standing: Standing | None) -> bool:
    """Of a condition without a problem. Of messages that are no longer kept nothing holds, not even a negation."""
    if standing is None:
        return False
    if kind == DELIVERY_STATUS:
        return _DELIVERY_OPERATORS[name](RANKS[standing.delivery], _DELIVERY_CASES[case])
    wanted, unwanted = _ENGAGEMENT_CASES[case]
    holds = wanted in standing.engagement and unwanted not in standing.engagement
    return holds is (name == "contains")


def membership_problem(variable: str, argument: object) -> Problem | None:
    if variable not in MEMBERS:
        return "variable", "must be 'recipient': it is the recipient who is in an audience or is not"
    if not isinstance(argument, str) or not argument.strip():
        return "argument", "must be the key of an audience"
    return None


def audience_key(argument: Argument) -> str | None:
    """As it was written, also where it reads as a number; None where a path leads to no text."""
    return argument.value if isinstance(argument.value, str) else argument.raw
