"""Identify whom a trigger names inline. The trigger has been accepted, so what cannot be stored does not stop the rest.

Channel data and preferences are looked at before they are written: products send the same ones with every trigger, and
every page of a trigger brings its actor and its tenant along.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tocsin.domain.channels import Channel
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import TriggeredRecipient
from tocsin.usecases.channel_data import channels_by_id, checked_inline, save_channel_data
from tocsin.usecases.identify import identify
from tocsin.usecases.identify_inline import InlinePorts
from tocsin.usecases.set_preferences import set_inline_preferences


@dataclass(frozen=True, slots=True)
class Identified:
    """`refused` are those whose properties would not fit beside what is stored; they stay as they were. `problems` are
    of whatever could not be stored."""

    refused: frozenset[RecipientRef] = frozenset()
    problems: Mapping[RecipientRef, tuple[FieldProblem, ...]] = field(default_factory=dict)


def identify_triggered(
    ports: InlinePorts, env: str, people: Iterable[TriggeredRecipient], now: datetime
) -> Identified:
    said = [one for one in people if one.properties is not None]
    channels = channels_by_id(ports.channels, env) if any(one.channel_data for one in said) else {}
    refused: set[RecipientRef] = set()
    problems: dict[RecipientRef, tuple[FieldProblem, ...]] = {}
    for one in said:
        try:
            identify(ports.recipients, env, one.ref, one.properties or {}, now)
        except InvalidParamsError as error:
            refused.add(one.ref)
            found = error.problems
        else:
            found = _channel_data(ports, env, one, channels, now) + _preferences(ports, env, one, now)
        if found:
            problems[one.ref] = (*problems.get(one.ref, ()), *found)
    return Identified(frozenset(refused), problems)


def _channel_data(
    ports: InlinePorts, env: str, one: TriggeredRecipient, channels: Mapping[str, Channel], now: datetime
) -> list[FieldProblem]:
    """Stores what is right. Returns what is wrong with the rest."""
    found: list[FieldProblem] = []
    for channel_id, sent in one.channel_data.items():
        try:
            [(known_id, data)] = checked_inline(channels, {channel_id: sent}, "channel_data").items()
        except InvalidParamsError as error:
            found += error.problems
            continue
        if ports.channel_data.get(env, one.ref, known_id) != data:
            save_channel_data(ports.for_channel_data, env, one.ref, {known_id: data}, now)
    return found


def _preferences(ports: InlinePorts, env: str, one: TriggeredRecipient, now: datetime) -> list[FieldProblem]:
    """The same, by set: what has grown too large stays as it was."""
    found: list[FieldProblem] = []
    for set_id, request in one.preferences.items():
        try:
            set_inline_preferences(ports.for_preferences, env, one.ref, {set_id: request}, now)
        except InvalidParamsError as error:
            found += error.problems
    return found
