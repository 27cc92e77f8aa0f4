"""The messages of one trigger: those of its runs; where it has too many, they are looked for among what is newer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from tests.builders.messages import ENV, START, a_draft, workflow_run_id
from tests.builders.runs import a_run
from tocsin.domain.listing import Span
from tocsin.domain.message_filter import MessageFilter
from tocsin.domain.messages import Message
from tocsin.domain.recipients import RecipientRef, user
from tocsin.domain.runs import MadeMessage, RecipientRun, WorkflowRun
from tocsin.usecases.list_messages import FEW_RUNS, ListPorts, list_messages
from tocsin.usecases.message_data import MessageData

ASKED = MessageFilter(workflow_run_id=workflow_run_id(1))
AT = START + timedelta(minutes=1)


@dataclass
class Account:
    """Its messages, runs and one trigger. `walked` are the bounds between which messages were looked for."""

    messages: list[Message] = field(default_factory=list)
    runs: list[RecipientRun] = field(default_factory=list)
    walked: list[Span] = field(default_factory=list)

    def makes(self, number: int, recipient: RecipientRef, **fields: Any) -> str:
        message = a_draft(number, recipient=recipient, **fields).message
        made = MadeMessage("in_app_1", message.channel_id, message.id, False)
        self.messages.append(message)
        self.runs.append(a_run(number, recipient=recipient, made=(made,)))
        return message.id

    def lists(self, wanted: MessageFilter = ASKED) -> list[str]:
        data = MessageData(self, self, ENV, AT)  # type: ignore[arg-type]
        ports = ListPorts(self, self, self)  # type: ignore[arg-type]
        found = list_messages(ports, ENV, wanted, [], Span(), 50, data)
        return [message.id for message in found.items]

    # The ports

    def get(self, env: str, name: str) -> WorkflowRun | None:
        return WorkflowRun(name, "welcome", "v", (), AT) if name == workflow_run_id(1) else None

    def listed(self, env: str, span: Span, chunk: int) -> Iterator[RecipientRun]:
        return (run for run in self.runs if span.holds(run.id))

    def named(
        self, env: str, names: Iterable[tuple[RecipientRef, str, str]], *, consistent: bool = False
    ) -> list[Message]:
        wanted = {(ref, name) for ref, _, name in names}
        return [message for message in self.messages if (message.recipient, message.id) in wanted]

    def find_many(self, env: str, names: Iterable[str]) -> list[Message]:
        wanted = set(names)
        return [message for message in self.messages if message.id in wanted]

    def of_environment(self, env: str, span: Span, chunk: int) -> Iterator[Message]:
        self.walked.append(span)
        newest_first: Sequence[Message] = sorted(self.messages, key=lambda one: one.id, reverse=True)
        return (message for message in newest_first if span.holds(message.id))


def test_they_are_read_from_its_runs_however_many_messages_are_newer() -> None:
    account = Account()
    wanted = [account.makes(1, user("jane")), account.makes(1, user("tom"))]
    for number in (0, 2, 3):
        account.makes(number, user("jane"))
    assert sorted(account.lists()) == sorted(wanted)
    assert account.walked == []


def test_other_triggers_of_that_millisecond_are_others() -> None:
    account = Account()
    wanted = account.makes(1, user("jane"))
    account.makes(1, user("tom"))
    account.runs[1] = replace(account.runs[1], workflow_run_id=workflow_run_id(9))
    assert account.lists() == [wanted]


def test_a_message_whose_recipient_was_merged_is_found_where_it_is_now() -> None:
    account = Account()
    name = account.makes(1, user("tom"))
    account.messages = [replace(account.messages[0], recipient=user("jane"))]
    assert account.lists() == [name]


def test_a_trigger_that_there_never_was_has_none() -> None:
    account = Account()
    account.makes(1, user("jane"))
    assert account.lists(MessageFilter(workflow_run_id="unknown")) == []


def test_of_a_trigger_with_very_many_runs_they_are_looked_for_among_newer_ones() -> None:
    """Their ids are of another function's clock, which may be behind that of the trigger."""
    account = Account()
    account.runs = [a_run(1, recipient=user(f"user-{number}")) for number in range(FEW_RUNS + 1)]
    early = account.makes(1, user("jane"), at=AT - timedelta(milliseconds=900))
    account.makes(0, user("jane"))
    account.makes(2, user("jane"))
    assert account.lists() == [early]
    assert len(account.walked) == 1
