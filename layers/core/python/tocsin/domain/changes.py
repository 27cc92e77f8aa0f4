"""What steps change besides their own run. Stored in one transaction with it: all of it, or nothing.

Each change names its `row`: of two changes of one row in a stretch, the later one counts. A change may lose to
somebody who was faster; then the stretch is decided anew, from what is true by then.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

from tocsin.domain.audiences import Addition, Membership
from tocsin.domain.batches import EndBatch, HoldBatch, KeepBatch, TakeIn
from tocsin.domain.frequencies import Once
from tocsin.domain.preferences import PreferenceSet
from tocsin.domain.recipients import Recipient, RecipientRef
from tocsin.domain.runs import Parking, WorkflowRun
from tocsin.domain.throttles import TakePlace
from tocsin.domain.waits import EndWait, RegisterWait


@dataclass(frozen=True, slots=True)
class PutRecipient:
    """A recipient as it should be, by compare-and-set on its version."""

    recipient: Recipient

    @property
    def row(self) -> Hashable:
        return self.recipient.ref


@dataclass(frozen=True, slots=True)
class StartWorkflow:
    """A trigger of another workflow. Its id is derived from the run and the step: it exists once."""

    run: WorkflowRun

    @property
    def row(self) -> Hashable:
        return self.run.id


@dataclass(frozen=True, slots=True)
class LeavePlace:
    """A run goes on before its time: nobody needs to wake it there any more."""

    run_id: str
    parking: Parking

    @property
    def row(self) -> Hashable:
        return self.parking


@dataclass(frozen=True, slots=True)
class PutPreferences:
    """A recipient's preference set as it should be, by compare-and-set on its version."""

    recipient: RecipientRef
    preferences: PreferenceSet
    at: datetime

    @property
    def row(self) -> Hashable:
        return self.recipient, self.preferences.id


@dataclass(frozen=True, slots=True)
class JoinAudience:
    audience: str
    addition: Addition

    @property
    def row(self) -> Hashable:
        return self.audience, self.addition.membership


@dataclass(frozen=True, slots=True)
class LeaveAudience:
    audience: str
    member: Membership

    @property
    def row(self) -> Hashable:
        return self.audience, self.member


BatchChange = TakeIn | HoldBatch | EndBatch | KeepBatch
Change = (
    PutRecipient
    | PutPreferences
    | JoinAudience
    | LeaveAudience
    | StartWorkflow
    | LeavePlace
    | TakePlace
    | Once
    | RegisterWait
    | EndWait
    | BatchChange
)
