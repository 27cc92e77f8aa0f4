"""Set preferences: a whole set, one of its maps or one entry. Those who change different parts at once all succeed."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.field_checks import first_per_field, under
from tocsin.domain.preferences import (
    DEFAULT,
    PreferenceSet,
    Settings,
    Strategy,
    merge_preferences,
    with_entry,
    with_part,
    written,
)
from tocsin.domain.preferences_problems import part_problems, problems, sets_problems, size_problem
from tocsin.domain.recipients import RecipientRef, object_id_problem
from tocsin.usecases.identify import identify
from tocsin.usecases.ports import Preferences, Recipients
from tocsin.usecases.repeating import persistently

Change = Callable[[Settings], Settings]


class PreferencePorts(NamedTuple):
    recipients: Recipients
    preferences: Preferences


def set_preferences(
    ports: PreferencePorts, env: str, ref: RecipientRef, set_id: str, request: Settings, now: datetime
) -> PreferenceSet:
    """Replaces the set, or merges into it if the request says so. Makes the recipient if there is none.

    Raises InvalidParamsError, or ConflictError when ten tries in a row met somebody else's write.
    """
    refuse(problems(request))
    return _changed(
        ports, env, ref, set_id, partial(written, request=request, otherwise=Strategy.REPLACE), now
    )


def set_part(
    ports: PreferencePorts,
    env: str,
    ref: RecipientRef,
    set_id: str,
    part: str,
    value: Settings,
    now: datetime,
) -> PreferenceSet:
    """Replaces one map of the set, such as `workflows`."""
    refuse(part_problems(part, value))
    return _changed(ports, env, ref, set_id, partial(with_part, part=part, value=value), now)


def set_entry(
    ports: PreferencePorts,
    env: str,
    ref: RecipientRef,
    set_id: str,
    place: tuple[str, str],
    value: Any,
    now: datetime,
) -> PreferenceSet:
    """Replaces one entry of a map; `place` is such as `("workflows", "welcome")`."""
    part, key = place
    refuse(part_problems(part, {key: value}))
    return _changed(ports, env, ref, set_id, partial(with_entry, part=part, key=key, value=value), now)


def set_inline_preferences(
    ports: PreferencePorts, env: str, ref: RecipientRef, inline: dict[str, Any], now: datetime
) -> None:
    """What comes with a recipient's properties, by set id: merged into each set. Refused as a whole or not at all."""
    refuse(inline_problems(inline))
    for set_id, request in inline.items():
        _changed(ports, env, ref, set_id, partial(merge_preferences, new=request), now)


def inline_problems(inline: object) -> Iterable[FieldProblem]:
    """All that is wrong with inline preferences, for whoever must know before anything is written."""
    if not isinstance(inline, dict):
        return [FieldProblem("preferences", "must be an object", "dict_type")]
    return under("preferences", sets_problems(inline))


def named_set_problems(request: Settings, field: str) -> Iterable[FieldProblem]:
    """All that is wrong with a set that says itself which it is."""
    set_id = request.get("id", DEFAULT)
    wrong = object_id_problem(set_id) if isinstance(set_id, str) else "must be a string"
    found = [FieldProblem("id", wrong)] if wrong else []
    return under(field, [*found, *problems(request)])


def set_default_preferences(
    preferences: Preferences, env: str, request: Settings, now: datetime
) -> PreferenceSet:
    """The environment's own: what holds for everybody who did not say otherwise."""
    refuse(problems(request))

    def attempt() -> PreferenceSet:
        before = preferences.defaults(env) or PreferenceSet(DEFAULT)
        after = _fitting(before, written(before.settings, request, otherwise=Strategy.REPLACE))
        preferences.put_defaults(env, after, now)
        return after

    return persistently(attempt, f"the default preferences of {env} are being")


def refuse(found: Iterable[FieldProblem]) -> None:
    """Raises InvalidParamsError if anything was found."""
    if problems_found := first_per_field(found):
        raise InvalidParamsError(problems_found)


def _changed(
    ports: PreferencePorts, env: str, ref: RecipientRef, set_id: str, change: Change, now: datetime
) -> PreferenceSet:
    def attempt() -> PreferenceSet:
        identify(ports.recipients, env, ref, {}, now)
        before = ports.preferences.get_many(env, ref, [set_id]).get(set_id) or PreferenceSet(set_id)
        after = _fitting(before, change(before.settings))
        if before.version == 0 or after.settings != before.settings:
            ports.preferences.put(env, ref, after, now)
        return after

    return persistently(attempt, f"the preferences of {ref.gid} are being")


def _fitting(before: PreferenceSet, settings: Settings) -> PreferenceSet:
    problem = size_problem(settings)
    refuse([problem] if problem else [])
    return replace(before, settings=settings)
