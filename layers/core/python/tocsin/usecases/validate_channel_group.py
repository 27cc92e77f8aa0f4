"""Validation of a channel group, against the channels that there are."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tocsin.domain.channel_groups import (
    COHORT,
    COHORT_VARIABLE,
    VISIBLE_IN,
    ChannelGroup,
    GroupOperator,
    RuleType,
)
from tocsin.domain.channels import TYPES
from tocsin.domain.conditions_problems import problems as condition_problems
from tocsin.domain.definition_content import key_problem
from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import first_per_field, text, under
from tocsin.usecases.credentials import MAX_NAME, refuse

FIELDS = ("channel_rules", "channel_type", "name", "operator", "visible_in")
RULE_FIELDS = ("argument", "channel_key", "index", "operator", "rule_type", "variable")
CONDITION_FIELDS = ("variable", "operator", "argument")
# What an answer adds to a rule: it may be sent back, and says nothing.
SHOWN_FIELDS = ("channel", "created_at", "updated_at")
MAX_RULES = 50

Json = Mapping[str, Any]
Problems = Iterator[FieldProblem]


def validate_channel_group(
    key: str, sent: Json, channel_types: Mapping[str, str], before: ChannelGroup | None
) -> None:
    """`channel_types` are the types of all channels, by key. Raises InvalidParamsError."""
    refuse(first_per_field(_problems(key, sent, channel_types, before)))


def _problems(
    key: str, sent: Json, channel_types: Mapping[str, str], before: ChannelGroup | None
) -> Problems:
    problem = key_problem(key)
    if problem:
        yield FieldProblem("key", problem, "pattern")
    yield from _unknown(sent, FIELDS)
    yield from text(sent, "name", required=True, longest=MAX_NAME)
    yield from _one_of(sent, "channel_type", sorted(TYPES), required=True)
    if before is not None and sent.get("channel_type") not in (None, before.channel_type):
        message = f"is {before.channel_type!r}, and a group keeps it, for steps' templates are written for it"
        yield FieldProblem("channel_type", message, "mismatch")
    yield from _one_of(sent, "operator", tuple(GroupOperator))
    yield from _visible_in(sent.get("visible_in"))
    yield from under(
        "channel_rules", _rules(sent.get("channel_rules"), sent.get("channel_type"), channel_types)
    )


def _unknown(sent: Json, fields: Iterable[str]) -> Problems:
    for field in sorted(sent.keys() - set(fields)):
        yield FieldProblem(field, f"there is no such field; there are {', '.join(fields)}", "extra_forbidden")


def _one_of(owner: Json, field: str, known: Iterable[str], *, required: bool = False) -> Problems:
    value = owner.get(field)
    if value is None and required:
        yield FieldProblem(field, "can't be blank", "missing")
    elif value is not None and value not in tuple(known):
        yield FieldProblem(field, f"must be one of {', '.join(known)}", "enum")


def _visible_in(places: object) -> Problems:
    if places is not None and not (isinstance(places, list) and all(place in VISIBLE_IN for place in places)):
        yield FieldProblem("visible_in", f"must be a list of {' and '.join(VISIBLE_IN)}", "enum")


def _rules(rules: object, channel_type: object, channel_types: Mapping[str, str]) -> Problems:
    if rules is None:
        return
    if not isinstance(rules, list) or len(rules) > MAX_RULES:
        yield FieldProblem("", f"must be a list of up to {MAX_RULES} rules", "list_type")
        return
    for index, rule in enumerate(rules):
        yield from under(str(index), _rule(rule, channel_type, channel_types))


def _rule(rule: object, channel_type: object, channel_types: Mapping[str, str]) -> Problems:
    if not isinstance(rule, dict):
        yield FieldProblem("", "must be an object", "dict_type")
        return
    yield from _unknown(rule, (*RULE_FIELDS, *SHOWN_FIELDS))
    yield from _channel(rule, channel_type, channel_types)
    index = rule.get("index", 0)
    if not isinstance(index, int) or isinstance(index, bool):
        yield FieldProblem("index", "must be a whole number", "int_type")
    yield from _one_of(rule, "rule_type", tuple(RuleType), required=True)
    if rule.get("rule_type") in (RuleType.IF, RuleType.UNLESS):
        yield from _condition(rule)
    elif any(rule.get(field) is not None for field in CONDITION_FIELDS):
        yield FieldProblem("rule_type", "an `always` rule has no condition; say `if` or `unless`", "mismatch")


def _channel(rule: Json, channel_type: object, channel_types: Mapping[str, str]) -> Problems:
    yield from text(rule, "channel_key", required=True)
    key = rule.get("channel_key")
    if not isinstance(key, str) or not key:
        return
    fitting = ", ".join(sorted(name for name, kind in channel_types.items() if kind == channel_type))
    there_are = (
        f"of the type {channel_type!r} there are {fitting}" if fitting else "there is none of that type"
    )
    if key not in channel_types:
        yield FieldProblem("channel_key", f"there is no channel {key!r}; {there_are}", "missing_reference")
    elif channel_types[key] != channel_type:
        message = f"the channel {key!r} is of the type {channel_types[key]!r}; {there_are}"
        yield FieldProblem("channel_key", message, "mismatch")


def _condition(rule: Json) -> Problems:
    if rule.get("operator") == COHORT:
        yield from _cohort(rule)
        return
    condition = {field: rule[field] for field in CONDITION_FIELDS if field in rule}
    for path, message in condition_problems([condition]):
        yield FieldProblem(path.rpartition(".")[2], message, "condition")


def _cohort(rule: Json) -> Problems:
    if rule.get("variable") != COHORT_VARIABLE:
        yield FieldProblem("variable", f"must be {COHORT_VARIABLE!r} with {COHORT}", "condition")
    if not _is_percentage(rule.get("argument")):
        yield FieldProblem("argument", "must be a percentage from 0 to 100, such as 33.3", "condition")


def _is_percentage(value: object) -> bool:
    if isinstance(value, bool):
        return False
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return False
    return number.is_finite() and 0 <= number <= 100 and number * 10 == int(number * 10)
