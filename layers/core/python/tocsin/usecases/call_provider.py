"""One call of a message's provider, with all that the provider may ask for."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from tocsin.channels.base import CredentialsError, Outgoing, RejectedError, RetryableError, Sent
from tocsin.domain.channels import Channel
from tocsin.domain.messages import Message
from tocsin.domain.recipients import TENANTS, RecipientRef
from tocsin.usecases.connect_recipient import connect_recipient
from tocsin.usecases.delivery_ports import DeliverPorts
from tocsin.usecases.replies import sendable


def call_provider(ports: DeliverPorts, env: str, message: Message, channel: Channel | None) -> Sent:
    """Through the message's own channel, or one that steps in for it."""
    send = ports.provider(channel.provider) if channel else None
    if channel is None or send is None:
        raise CredentialsError(f"the channel {message.channel_id} has no provider in {env}")
    content = ports.messages.content(env, message)
    if content is None:
        raise RejectedError("its content is gone")
    content = sendable(ports, env, message, content)
    outgoing = Outgoing(
        message_id=message.id,
        environment=env,
        content=content,
        settings=channel.settings,
        secrets=lambda: _secrets(ports, env, channel),
        recipient_data=lambda: ports.channel_data.get(env, message.recipient, channel.id) or {},
        tenant_data=lambda: _tenant_data(ports, env, message),
        receipts_url=_receipts_url(ports, env, message, channel),
        connect=partial(connect_recipient, ports.channel_data, env, message.recipient, channel.id),
    )
    return send(outgoing)


def _receipts_url(ports: DeliverPorts, env: str, message: Message, channel: Channel) -> str:
    """Vendors refuse an address that they cannot call, as that of a laptop."""
    if not ports.public_url.startswith("https://"):
        return ""
    return f"{ports.public_url}/v1/receipts/{env}/{channel.id}/{message.id}"


def _secrets(ports: DeliverPorts, env: str, channel: Channel) -> Mapping[str, str]:
    """All that the channel says it has: without one of them, a request would go out unsigned."""
    found = ports.secrets.get(env, channel.id, channel.secrets)
    missing = [name for name in channel.secrets if name not in found]
    if missing:
        raise RetryableError(f"the channel {channel.key!r} lacks its secret {missing[0]!r}; set it again")
    return found


def _tenant_data(ports: DeliverPorts, env: str, message: Message) -> Mapping[str, Any]:
    if message.tenant is None:
        return {}
    return ports.channel_data.get(env, RecipientRef(TENANTS, message.tenant), message.channel_id) or {}
