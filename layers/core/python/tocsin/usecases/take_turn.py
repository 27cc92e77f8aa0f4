"""A message's turn in the line before its carrier. Whoever waits for it has not been tried."""

from tocsin.contract.tasks import Deliver, Turn
from tocsin.domain.channels import Channel
from tocsin.domain.delivery_settings import rate_of
from tocsin.usecases.channel_turns import MAX_TURNS, holds
from tocsin.usecases.deliver_later import hop
from tocsin.usecases.delivery_ports import DeliverPorts


def is_its_turn(ports: DeliverPorts, task: Deliver, channel: Channel) -> bool:
    """If not, the task comes back when it is."""
    rate = rate_of(channel)
    if rate is None:
        return True
    now, turn = ports.clock(), task.turn
    if turn is None or turn.channel_id != channel.id:
        turn = Turn(channel_id=channel.id, at=ports.turns.next(task.env, channel.id, rate, now), taken=1)
    elif turn.at <= now and turn.taken < MAX_TURNS and not holds(turn.at, rate, now):
        at = ports.turns.next(task.env, channel.id, rate, now)
        turn = Turn(channel_id=channel.id, at=at, taken=turn.taken + 1)
    if turn.at <= now:
        return True
    hop(ports, task.model_copy(update={"turn": turn}), turn.at)
    return False
