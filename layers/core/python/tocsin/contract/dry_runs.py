"""Dry runs on the wire."""

from typing import Any

from pydantic import Field, StrictBool, model_validator

from tocsin.contract.messages import MessageContentOut, MessageOut, content_out, message_out
from tocsin.contract.model import Model
from tocsin.contract.workflow_recipient_runs import RunDetailOut, run_detail_out
from tocsin.contract.workflows import TriggerIn, TriggerOut, TriggerSettings
from tocsin.domain.dry_runs import DryRun, NoRun, PlayedMessage
from tocsin.domain.runs import WorkflowRun


class RunSettings(TriggerSettings):
    sandbox_mode: StrictBool | None = Field(default=None, description="Only say what would happen: a dry run")
    use_draft: StrictBool | None = Field(
        default=None, description="In a dry run: what was saved last, and not what is committed"
    )

    @model_validator(mode="after")
    def _drafts_never_run(self) -> "RunSettings":
        if self.use_draft and not self.sandbox_mode:
            raise ValueError("`use_draft` needs `sandbox_mode`: what is not committed can only be played")
        return self


class RunIn(TriggerIn):
    settings: RunSettings | None = None


class PlayedMessageOut(MessageOut):
    content: MessageContentOut = Field(description="As the message's content endpoint would show it")


class PlayedRunOut(RunDetailOut):
    messages: list[PlayedMessageOut]


class WithoutRunOut(Model):
    workflow: str
    recipient: str | dict[str, str]
    reason: str = Field(description="`already_had_its_run`: the workflow runs once for each recipient")


class DryRunOut(Model):
    """What would happen, and when; nothing of it has happened."""

    used_draft: bool = Field(description="Whether what was saved last was played, and not what is committed")
    runs: list[PlayedRunOut]
    without_run: list[WithoutRunOut]
    more: bool = Field(description="Whether there would be more runs than the hundred that were played")


class RunOut(TriggerOut):
    dry_run: DryRunOut | None = Field(
        default=None, description="With `settings.sandbox_mode`: then there is no run of that id"
    )


def dry_run_out(played: DryRun, *, used_draft: bool) -> dict[str, Any]:
    return {
        "used_draft": used_draft,
        "runs": [
            {
                **run_detail_out(one.run),
                "messages": [_message_out(message, one.trigger) for message in one.messages],
            }
            for one in played.runs
        ],
        "without_run": [_without_run(one) for one in played.without_run],
        "more": played.is_cut,
    }


def _message_out(played: PlayedMessage, trigger: WorkflowRun) -> dict[str, Any]:
    message = played.message
    data = trigger.data_for(message.recipient) if message.data is None else message.data
    shown = message_out(message, played.channel, data)
    return {**shown, "content": content_out(message, played.content)}


def _without_run(one: NoRun) -> dict[str, Any]:
    recipient = one.recipient.to_wire()
    return {"workflow": one.workflow, "recipient": recipient, "reason": "already_had_its_run"}
