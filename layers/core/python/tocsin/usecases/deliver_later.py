"""A delivery that has to wait: in its queue for as long as that can hold it, in the wheel beyond."""

from datetime import datetime, timedelta
from math import ceil

from tocsin.contract.tasks import Deliver, Wake
from tocsin.domain.messages import Message
from tocsin.domain.retries import LONGEST
from tocsin.domain.runs import Parking
from tocsin.domain.wheel import ParkedKind, bucket_due, bucket_name, bucket_time
from tocsin.usecases.delivery_ports import DeliverPorts
from tocsin.usecases.scheduled_messages import address_of


def deliver_later(ports: DeliverPorts, task: Deliver, message: Message, due: datetime) -> None:
    """Not before it is due. The wheel brings the address alone: what else the task knows is forgotten."""
    delay = max(0, ceil((due - ports.clock()).total_seconds()))
    if delay <= LONGEST:
        ports.delivery.send(task, delay_seconds=delay)
    else:
        park(ports, task, message, due)


def park(ports: DeliverPorts, task: Deliver, message: Message, due: datetime) -> None:
    """In a bucket that is marked before, so that the sweep finds what nobody woke."""
    bucket, shard = bucket_name(bucket_due(due, ports.clock())), ports.shard_of(message.id)
    is_first = ports.buckets.mark(task.env, bucket, shard)
    ports.buckets.park(
        task.env, ParkedKind.MESSAGE, message.id, Parking(address_of(message), due, bucket, shard)
    )
    if bucket_time(bucket) <= ports.clock():
        # Storing took so long that the bucket may have been drained already.
        ports.delivery.send(task)
    elif is_first:
        ports.wheels.start(Wake(env=task.env, bucket=bucket, shard=shard, due=bucket))


def hop(ports: DeliverPorts, task: Deliver, due: datetime) -> None:
    """In the queue, as far towards that as one delay leads: what the task knows comes along."""
    longest = timedelta(seconds=LONGEST)
    delay = min(due - ports.clock(), longest)
    ports.delivery.send(task, delay_seconds=max(0, ceil(delay.total_seconds())))
