"""Take a vendor's call: see who calls, and hand over what it tells of messages.

Recording is the receipts queue's: there they come back when they are too early, and it is answered within the vendor's
patience however many there are.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from tocsin.channels.hooks import Hook, Reporter
from tocsin.contract.tasks import RecordReceipt
from tocsin.domain.channels import Channel
from tocsin.domain.errors import NotFoundError
from tocsin.domain.ids import is_ksuid
from tocsin.domain.receipts import Receipt
from tocsin.usecases.channel_ports import Channels, ChannelSecrets
from tocsin.usecases.ports import Tasks


class HookPorts(NamedTuple):
    channels: Channels
    secrets: ChannelSecrets
    receipts: Tasks
    reporter: Callable[[str], Reporter | None]


def receive_receipts(ports: HookPorts, channel_id: str, call: Hook) -> int | str:
    """How many receipts there were, all of them on the queue; or what the vendor wants to hear before it sends any.
    Raises NotFoundError, ForgedReceiptError and MalformedReceiptError, and then nothing is on the queue."""
    channel = _channel(ports, call.environment, channel_id)
    reporter = ports.reporter(channel.provider)
    if reporter is None:
        raise NotFoundError(
            f"the channel {channel.key!r} is of {channel.provider}, which reports nothing here"
        )

    def secret(name: str) -> str | None:
        """Looked for only if the channel has it: anybody may call, and each look at what is not there is paid."""
        if name not in channel.secrets:
            return None
        return ports.secrets.get(call.environment, channel.id, [name]).get(name)

    hook = replace(call, settings=channel.settings, read_secret=secret)
    challenge = reporter.challenge(hook) if reporter.challenge else None
    if challenge is not None:
        return challenge
    tasks = [
        _task(receipt, channel.id) for receipt in reporter.receipts(hook) if is_ksuid(receipt.message_id)
    ]
    ports.receipts.send_many(tasks)
    return len(tasks)


def _channel(ports: HookPorts, env: str, channel_id: str) -> Channel:
    channel = next((one for one in ports.channels.all(env) if one.id == channel_id), None)
    if channel is None:
        raise NotFoundError(f"there is no channel {channel_id!r} in {env}; `channels list` shows their ids")
    return channel


def _task(receipt: Receipt, channel_id: str) -> RecordReceipt:
    return RecordReceipt(
        env=receipt.env,
        message_id=receipt.message_id,
        external_id=receipt.external_id,
        status=receipt.status.value,
        facts=receipt.facts,
        is_soft=receipt.is_soft,
        address=receipt.address,
        suppresses=receipt.suppresses,
        channel_id=channel_id,
    )
