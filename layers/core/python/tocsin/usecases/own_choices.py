"""What people choose by the links in their messages, without a login: to unsubscribe, to edit their preferences.

Nobody is made by a link: who was deleted has chosen for good.
"""

from collections.abc import Collection
from datetime import datetime

from tocsin.domain.preference_center import Toggle, requested, toggles
from tocsin.domain.preferences import COMMERCIAL, DEFAULT, PERSISTENCE, PreferenceSet, Settings, Strategy
from tocsin.domain.recipients import RecipientRef
from tocsin.usecases.set_preferences import PreferencePorts, set_preferences


def unsubscribe(ports: PreferencePorts, env: str, ref: RecipientRef, now: datetime) -> None:
    """From commercial messages; once more changes nothing."""
    if ports.recipients.get(env, ref) is not None:
        _merge(ports, env, ref, {COMMERCIAL: False}, now)


def choices(ports: PreferencePorts, env: str, ref: RecipientRef) -> list[Toggle] | None:
    """None for somebody who is not there any more."""
    if ports.recipients.get(env, ref) is None:
        return None
    defaults = ports.preferences.defaults(env) or PreferenceSet(DEFAULT)
    own = ports.preferences.get_many(env, ref, [DEFAULT]).get(DEFAULT) or PreferenceSet(DEFAULT)
    return toggles(defaults.settings, own.settings)


def choose(
    ports: PreferencePorts,
    env: str,
    ref: RecipientRef,
    asked: Collection[str],
    on: Collection[str],
    now: datetime,
) -> list[Toggle] | None:
    """The choices as they are afterwards. Two pages that are open at once change what was changed on each."""
    shown = choices(ports, env, ref)
    if shown is None:
        return None
    if request := requested(shown, asked, on):
        _merge(ports, env, ref, request, now)
    return choices(ports, env, ref)


def _merge(
    ports: PreferencePorts, env: str, ref: RecipientRef, request: Settings, now: datetime
) -> PreferenceSet:
    return set_preferences(ports, env, ref, DEFAULT, {**request, PERSISTENCE: Strategy.MERGE.value}, now)
