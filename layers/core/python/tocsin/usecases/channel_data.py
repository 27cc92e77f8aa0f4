"""Channel data: what a channel needs to know of one recipient, set and read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.domain.channel_data import checked
from tocsin.domain.channels import Channel
from tocsin.domain.errors import (
    ChannelInvalidError,
    FieldProblem,
    InvalidParamsError,
    NotFoundError,
)
from tocsin.domain.recipients import RecipientRef
from tocsin.usecases.channel_ports import ChannelData, Channels
from tocsin.usecases.identify import identify
from tocsin.usecases.ports import Recipients
from tocsin.usecases.repeating import persistently


@dataclass(frozen=True, slots=True)
class ChannelDataPorts:
    channels: Channels
    recipients: Recipients
    channel_data: ChannelData


@dataclass(frozen=True, slots=True)
class Known:
    """A recipient's data on one channel."""

    channel: Channel
    data: dict[str, Any]


def get_channel_data(ports: ChannelDataPorts, env: str, ref: RecipientRef, channel_id: str) -> Known:
    """Raises ChannelInvalidError, and NotFoundError where nothing is set."""
    channel = _channel(ports.channels, env, channel_id)
    data = ports.channel_data.get(env, ref, channel.id)
    if data is None:
        raise NotFoundError(f"{ref.gid} has no channel data for {channel_id!r} in {env}")
    return Known(channel, data)


def set_channel_data(
    ports: ChannelDataPorts, env: str, ref: RecipientRef, channel_id: str, data: object, now: datetime
) -> Known:
    """Over what was set. Makes the recipient if there is none. Raises ChannelInvalidError, InvalidParamsError."""
    channel = _channel(ports.channels, env, channel_id)
    known = Known(channel, checked(channel, data))
    save_channel_data(ports, env, ref, {channel.id: known.data}, now)
    return known


def unset_channel_data(ports: ChannelDataPorts, env: str, ref: RecipientRef, channel_id: str) -> None:
    """Raises ChannelInvalidError; unsetting what is not set changes nothing."""
    ports.channel_data.delete(env, ref, _channel(ports.channels, env, channel_id).id)


def checked_inline(
    known: Mapping[str, Channel], inline: Mapping[str, Any], field: str
) -> dict[str, dict[str, Any]]:
    """The `channel_data` of an inline recipient, as it is to be kept. Raises InvalidParamsError by field: here an
    unknown channel is a wrong field of a body, not a missing page."""
    found: dict[str, dict[str, Any]] = {}
    for channel_id, data in inline.items():
        place = f"{field}.{channel_id}"
        channel = known.get(channel_id.lower())
        if channel is None:
            raise InvalidParamsError([FieldProblem(place, "there is no such channel", "missing")])
        found[channel.id] = checked(channel, data, place)
    return found


def save_channel_data(
    ports: ChannelDataPorts, env: str, ref: RecipientRef, data: dict[str, dict[str, Any]], now: datetime
) -> None:
    """Data that has been checked, by channel id; a recipient that is deleted meanwhile is made again."""

    def attempt() -> None:
        identify(ports.recipients, env, ref, {}, now)
        ports.channel_data.put(env, ref, data)

    persistently(attempt, f"the channel data of {ref.gid} is being")


def _channel(channels: Channels, env: str, channel_id: str) -> Channel:
    channel = channels_by_id(channels, env).get(channel_id.lower())
    if channel is None:
        raise ChannelInvalidError(f"there is no channel {channel_id!r} in {env}")
    return channel


def channels_by_id(channels: Channels, env: str) -> dict[str, Channel]:
    return {channel.id.lower(): channel for channel in channels.all(env)}
