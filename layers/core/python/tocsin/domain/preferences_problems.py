"""What is wrong with preferences as they were sent, each by its dotted path: `workflows.welcome.channel_types.sms`."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.conditions_problems import problems as condition_problems
from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import under
from tocsin.domain.ids import is_uuid
from tocsin.domain.preferences import (
    CATEGORIES,
    CHANNEL_TYPES,
    CHANNELS,
    COMMERCIAL,
    CONDITIONS,
    KNOWN_CHANNEL_TYPES,
    MAX_SET_BYTES,
    PARTS,
    PERSISTENCE,
    STRATEGY,
    WORKFLOWS,
    Settings,
    Strategy,
)
from tocsin.domain.recipients import object_id_problem

# Applications send a set back as they got it, with the fields that only say which set it is.
_IGNORED = ("id", "__typename")

Check = Callable[[Any], Iterator[FieldProblem]]


def problems(request: object) -> Iterator[FieldProblem]:
    """All that is wrong with a request to set preferences."""
    if not isinstance(request, Mapping):
        yield _not_an_object()
        return
    yield from _unknown_keys(request, (*PARTS, PERSISTENCE, *_IGNORED))
    if PERSISTENCE in request:
        yield from under(PERSISTENCE, _strategy(request[PERSISTENCE]))
    for part in PARTS:
        if request.get(part) is not None:
            yield from part_problems(part, request[part])


def sets_problems(sets: Mapping[str, object]) -> Iterator[FieldProblem]:
    """The same of several sets, by their ids."""
    for set_id, request in sets.items():
        wrong = object_id_problem(set_id)
        yield from [FieldProblem(set_id, wrong)] if wrong else under(set_id, problems(request))


def part_problems(part: str, value: object) -> Iterator[FieldProblem]:
    """The same of one of the maps, or of `commercial_subscribed`."""
    yield from under(part, _CHECKS[part](value))


def size_problem(settings: Settings) -> FieldProblem | None:
    """What would be stored must fit a row of the table."""
    size = len(json_text.dumps(settings).encode())
    if size <= MAX_SET_BYTES:
        return None
    return FieldProblem("preferences", f"would hold {size} bytes; a preference set holds {MAX_SET_BYTES}")


def _scopes(value: object) -> Iterator[FieldProblem]:
    """Categories or workflows: by their keys, true, false or more settings."""
    if not isinstance(value, Mapping):
        yield _not_an_object()
        return
    for key, setting in value.items():
        if not key.strip():
            yield FieldProblem(key, "must not be empty")
        yield from under(key, _scope(setting))


def _scope(setting: object) -> Iterator[FieldProblem]:
    if isinstance(setting, bool):
        return
    if not isinstance(setting, Mapping):
        yield FieldProblem("", "must be true, false or an object", "bool_type")
        return
    yield from _unknown_keys(setting, (CHANNEL_TYPES, CHANNELS, CONDITIONS, STRATEGY))
    if STRATEGY in setting:
        yield from under(STRATEGY, _strategy(setting[STRATEGY]))
    nested: tuple[tuple[str, Check], ...] = (
        (CHANNEL_TYPES, _channel_types),
        (CHANNELS, _channels),
        (CONDITIONS, _conditions),
    )
    for name, check in nested:
        if setting.get(name) is not None:
            yield from under(name, check(setting[name]))


def _top_level(check: Check) -> Check:
    """The maps of channels at the root may insist on themselves; those inside a category or a workflow may not."""

    def checked(value: Any) -> Iterator[FieldProblem]:
        if isinstance(value, Mapping) and STRATEGY in value:
            yield from under(STRATEGY, _strategy(value[STRATEGY]))
            value = {key: one for key, one in value.items() if key != STRATEGY}
        yield from check(value)

    return checked


def _channel_types(value: object) -> Iterator[FieldProblem]:
    if not isinstance(value, Mapping):
        yield _not_an_object()
        return
    for name, setting in value.items():
        if name not in KNOWN_CHANNEL_TYPES:
            yield FieldProblem(name, f"is no channel type; there are {', '.join(KNOWN_CHANNEL_TYPES)}")
        yield from under(name, _choice(setting))


def _channels(value: object) -> Iterator[FieldProblem]:
    if not isinstance(value, Mapping):
        yield _not_an_object()
        return
    for channel_id, setting in value.items():
        if not is_uuid(channel_id):
            yield FieldProblem(channel_id, "is no channel's id, which is a UUID")
        yield from under(channel_id, _choice(setting))


def _choice(setting: object) -> Iterator[FieldProblem]:
    """True, false, or conditions and nothing else."""
    if isinstance(setting, bool):
        return
    if not isinstance(setting, Mapping):
        yield FieldProblem("", "must be true, false or an object with conditions", "bool_type")
        return
    yield from _unknown_keys(setting, (CONDITIONS,))
    yield from under(CONDITIONS, _conditions(setting.get(CONDITIONS)))


def _conditions(value: object) -> Iterator[FieldProblem]:
    """A plain list: all of them must hold."""
    if not isinstance(value, list):
        yield FieldProblem("", "must be a list of conditions", "list_type")
        return
    for path, message in condition_problems(value):
        dotted = path.removeprefix("all").strip("[").replace("[", ".").replace("]", "")
        yield FieldProblem(dotted, message, "condition")


def _strategy(value: object) -> Iterator[FieldProblem]:
    if value not in tuple(Strategy):
        yield FieldProblem("", "must be 'merge' or 'replace'", "enum")


def _unknown_keys(owner: Mapping[str, Any], known: tuple[str, ...]) -> Iterator[FieldProblem]:
    for key in owner:
        if key not in known:
            yield FieldProblem(key, f"is unknown here; there are {', '.join(known)}", "extra_forbidden")


def _not_an_object() -> FieldProblem:
    return FieldProblem("", "must be an object", "dict_type")


_CHECKS: dict[str, Check] = {
    CATEGORIES: _scopes,
    WORKFLOWS: _scopes,
    CHANNEL_TYPES: _top_level(_channel_types),
    CHANNELS: _top_level(_channels),
    COMMERCIAL: _choice,
}
