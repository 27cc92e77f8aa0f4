"""What follows from stored runs. It may all be done twice: whoever is told knows."""

from collections.abc import Sequence

from tocsin.contract.tasks import Deliver, DueRun, PerformSteps, ResumeRuns, Wake
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import MadeMessage, Parking, PauseKind, RecipientRun
from tocsin.domain.wheel import bucket_time, is_for_the_sweep
from tocsin.engine.outcome import Advance
from tocsin.usecases.advance_ports import AdvancePorts
from tocsin.usecases.hand_over import hand_over

# Slow work that one execution does side by side.
WORK_AT_ONCE = 10


class Aftermath:
    """The tasks that follow from stored runs, sent together at the end of a page. Each may be sent twice."""

    def __init__(self, ports: AdvancePorts, env: str) -> None:
        self._ports = ports
        self._env = env
        self._deliveries: list[Deliver] = []
        self._started: list[str] = []
        self._work: list[DueRun] = []
        self._woken: list[str] = []
        self._wakes: dict[tuple[str, str], Wake] = {}
        self._overdue: list[DueRun] = []
        self._marked: dict[tuple[str, str], bool] = {}
        self.repeated = 0

    def mark(self, after: Advance) -> bool:
        """Marks the buckets that a stretch is about to park in; True where its run is the very first in its own."""
        for draft in after.messages:
            if draft.parking is not None:
                self._mark(draft.parking)
        return after.run.parking is not None and self._mark(after.run.parking)

    def _mark(self, parking: Parking) -> bool:
        """Once for the whole page."""
        place = (parking.bucket, parking.shard)
        if place not in self._marked:
            self._marked[place] = self._ports.buckets.mark(self._env, *place)
        return self._marked[place]

    def repeat(self, run: RecipientRun) -> None:
        """For a run that was stored before: whoever stored it may have crashed before sending."""
        self.repeated += 1
        self._deliver(run.recipient, run.made, is_first=True)
        self._started += run.started
        self._woken += run.woken
        if run.parking is not None:
            self.wake(run.id, run.parking, is_first=True)

    def follow(self, before: RecipientRun, after: RecipientRun, *, is_first: bool) -> None:
        """What a stored stretch calls for."""
        self._deliver(after.recipient, after.made[len(before.made) :], is_first=False)
        self._started += after.started[len(before.started) :]
        self._woken += after.woken
        if after.parking is not None:
            self.wake(after.id, after.parking, is_first=is_first)
            if after.pause is not None and after.pause.kind is PauseKind.WORK:
                # Once: if nobody does it, the run is woken at the end of its lease and asks again.
                self._work.append(DueRun(id=after.id, token=after.parking.token))

    def _deliver(self, recipient: RecipientRef, made: Sequence[MadeMessage], *, is_first: bool) -> None:
        self._deliveries += [
            Deliver(
                env=self._env,
                collection=recipient.collection,
                recipient_id=recipient.id,
                channel_id=message.channel_id,
                message_id=message.message_id,
            )
            for message in made
            if message.needs_delivery and not self._waits(message, is_first=is_first)
        ]

    def _waits(self, message: MadeMessage, *, is_first: bool) -> bool:
        """Whether the wheel will bring it. A bucket that somebody else has marked is theirs to start."""
        if message.waits_in is None or bucket_time(message.waits_in[0]) <= self._ports.clock():
            return False
        if is_first or self._marked.get(message.waits_in, True):
            self._start(*message.waits_in)
        return True

    def wake(self, run_id: str, parking: Parking, *, is_first: bool) -> None:
        """`is_first` in its bucket starts the bucket's execution."""
        if bucket_time(parking.bucket) <= self._ports.clock():
            # Storing took so long that the bucket may have been drained already: nobody else will wake this run.
            self._overdue.append(DueRun(id=run_id, token=parking.token))
        elif is_first:
            self._start(parking.bucket, parking.shard)

    def _start(self, bucket: str, shard: str) -> None:
        if not is_for_the_sweep(shard):
            self._wakes[(bucket, shard)] = Wake(env=self._env, bucket=bucket, shard=shard, due=bucket)

    def send(self) -> None:
        if self._deliveries:
            self._ports.delivery.send_many(self._deliveries)
        self._hand_over_triggers()
        self._hand_out_work()
        if self._woken:
            self._look_again()
        self._start_buckets()
        if self._overdue:
            self._ports.runs.start(ResumeRuns(env=self._env, runs=tuple(self._overdue)))

    def _hand_over_triggers(self) -> None:
        for workflow_run_id in self._started:
            trigger = self._ports.workflow_runs.get(self._env, workflow_run_id)
            if trigger is not None:
                hand_over(self._ports, self._env, trigger)

    def _hand_out_work(self) -> None:
        for start in range(0, len(self._work), WORK_AT_ONCE):
            runs = tuple(self._work[start : start + WORK_AT_ONCE])
            self._ports.runs.start(PerformSteps(env=self._env, runs=runs))

    def _start_buckets(self) -> None:
        for place, is_first in self._marked.items():
            if is_first:
                # Also where its run was decided anew and went elsewhere: others who park there rely on us.
                self._start(*place)
        for wake in self._wakes.values():
            self._ports.wheels.start(wake)

    def _look_again(self) -> None:
        """Runs that carry a batch find out for themselves whether it is over. One that has gone on is left alone."""
        runs = self._ports.recipient_runs.get_many(self._env, self._woken).values()
        carriers = [run for run in runs if run.carries is not None and run.parking is not None]
        self._overdue += [DueRun(id=run.id, token=run.parking.token) for run in carriers if run.parking]
