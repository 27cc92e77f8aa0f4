"""Identify what a body names on the way: properties, channel data and preferences of each recipient.

Everything is checked before anything is written, so a body is refused as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.field_checks import under
from tocsin.domain.recipients import TENANTS, InlineRecipient, Recipient, RecipientRef
from tocsin.domain.tenants import SETTINGS, settings_problems
from tocsin.usecases.channel_data import ChannelDataPorts, channels_by_id, checked_inline, save_channel_data
from tocsin.usecases.channel_ports import ChannelData, Channels
from tocsin.usecases.identify import identify_as_read
from tocsin.usecases.ports import Preferences, Recipients
from tocsin.usecases.set_preferences import PreferencePorts, inline_problems, set_inline_preferences


@dataclass(frozen=True, slots=True)
class InlinePorts:
    recipients: Recipients
    channels: Channels
    channel_data: ChannelData
    preferences: Preferences

    @property
    def for_channel_data(self) -> ChannelDataPorts:
        return ChannelDataPorts(self.channels, self.recipients, self.channel_data)

    @property
    def for_preferences(self) -> PreferencePorts:
        return PreferencePorts(self.recipients, self.preferences)


def identify_inline(
    ports: InlinePorts, env: str, wanted: Sequence[InlineRecipient], now: datetime
) -> dict[RecipientRef, Recipient]:
    """All of them, as they are now; those that did not exist are made. Later words go over earlier ones.

    Raises InvalidParamsError with every problem of every recipient.
    """
    right = _checked(ports, env, wanted)
    known = ports.recipients.get_many(env, {one.ref for one in right})
    for one in right:
        if one.ref not in known or one.properties:
            before, properties = known.get(one.ref), one.properties or {}
            known[one.ref] = identify_as_read(ports.recipients, env, one.ref, properties, now, before)
        if one.channel_data:
            save_channel_data(ports.for_channel_data, env, one.ref, one.channel_data, now)
        if one.preferences:
            set_inline_preferences(ports.for_preferences, env, one.ref, one.preferences, now)
    return known


def _checked(ports: InlinePorts, env: str, wanted: Sequence[InlineRecipient]) -> list[InlineRecipient]:
    channels = channels_by_id(ports.channels, env) if any(one.channel_data for one in wanted) else {}
    problems: list[FieldProblem] = []
    right = []
    for one in wanted:
        found = list(inline_problems(one.preferences)) if one.preferences else []
        if one.ref.collection == TENANTS and one.properties:
            found += settings_problems(one.properties.get(SETTINGS))
        try:
            data = checked_inline(channels, one.channel_data, "channel_data")
            right.append(replace(one, channel_data=data))
        except InvalidParamsError as error:
            found += error.problems
        problems += under(one.place, found) if one.place else found
    if problems:
        raise InvalidParamsError(problems)
    return right
