"""Channel data on the wire."""

from typing import Any

from pydantic import Field

from tocsin.contract.model import Model
from tocsin.domain.channels import Channel


class ChannelDataIn(Model):
    data: Any = Field(
        description="What the channel's provider needs: `tokens` or `devices` (FCM, APNs, Expo), `target_arns` or "
        "`devices` (SNS), `player_ids` (OneSignal), `connections` (Slack, Microsoft Teams, Discord, Telegram, Apprise)"
    )


class ChannelDataOut(Model):
    """What a channel knows of a recipient. Push has `tokens` (or `target_arns`) and the same as `devices`."""

    typename: str = Field(alias="__typename")
    channel_id: str
    provider: str
    data: dict[str, Any]


def channel_data_out(channel: Channel, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "__typename": "ChannelData",
        "channel_id": channel.id,
        "provider": channel.provider,
        "data": data,
    }
