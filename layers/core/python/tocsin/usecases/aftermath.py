"""What follows from stored runs. It may all be done twice: whoever is told knows."""

from collections.abc import Sequence

from tocsin.contract.tasks import Deliver, DueRun, ResumeRuns, Wake
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import MadeMessage, Parking, RecipientRun
from tocsin.domain.wheel import bucket_time
from tocsin.usecases.advance_ports import AdvancePorts
from tocsin.usecases.hand_over import hand_over


class Aftermath:
    """The tasks that follow from stored runs, sent together at the end of a page. Each may be sent twice."""

    def __init__(self, ports: AdvancePorts, env: str) -> None:
        self._ports = ports
        self._env = env
        self._deliveries: list[Deliver] = []
        self._started: list[str] = []
        self._wakes: dict[tuple[str, str], Wake] = {}
        self._overdue: list[DueRun] = []
        self._marked: dict[tuple[str, str], bool] = {}

    def mark(self, parking: Parking) -> bool:
        """Marks the bucket that a run is about to park in, once for the whole page; True for its very first run."""
        place = (parking.bucket, parking.shard)
        if place not in self._marked:
            self._marked[place] = self._ports.buckets.mark(self._env, *place)
        return self._marked[place]

    def repeat(self, run: RecipientRun) -> None:
        """For a run that was stored before: whoever stored it may have crashed before sending."""
        self.deliver(run.recipient, run.made)
        self._started += run.started
        if run.parking is not None:
            self.wake(run.id, run.parking, is_first=True)

    def follow(self, before: RecipientRun, after: RecipientRun, *, is_first: bool) -> None:
        """What a stored stretch calls for."""
        self.deliver(after.recipient, after.made[len(before.made) :])
        self._started += after.started[len(before.started) :]
        if after.parking is not None:
            self.wake(after.id, after.parking, is_first=is_first)

    def deliver(self, recipient: RecipientRef, made: Sequence[MadeMessage]) -> None:
        self._deliveries += [
            Deliver(
                env=self._env,
                collection=recipient.collection,
                recipient_id=recipient.id,
                channel_id=message.channel_id,
                message_id=message.message_id,
            )
            for message in made
            if message.needs_delivery
        ]

    def wake(self, run_id: str, parking: Parking, *, is_first: bool) -> None:
        """`is_first` in its bucket starts the bucket's execution."""
        if bucket_time(parking.bucket) <= self._ports.clock():
            # Storing took so long that the bucket may have been drained already: nobody else will wake this run.
            self._overdue.append(DueRun(id=run_id, token=parking.token))
        elif is_first:
            wake = Wake(env=self._env, bucket=parking.bucket, shard=parking.shard, due=parking.bucket)
            self._wakes[(parking.bucket, parking.shard)] = wake

    def send(self) -> None:
        if self._deliveries:
            self._ports.delivery.send_many(self._deliveries)
        for workflow_run_id in self._started:
            trigger = self._ports.workflow_runs.get(self._env, workflow_run_id)
            if trigger is not None:
                hand_over(self._ports.runs, self._ports.fan_out, self._env, trigger)
        for wake in self._wakes.values():
            self._ports.wheels.start(wake)
        if self._overdue:
            self._ports.runs.start(ResumeRuns(env=self._env, runs=tuple(self._overdue)))
