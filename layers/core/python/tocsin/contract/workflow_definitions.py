"""Workflow definitions on the wire. The models describe; `usecases/validate_workflow.py` checks."""

from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool

from tocsin.contract.definitions import definition_out
from tocsin.contract.documented import DocumentedAs
from tocsin.contract.email_blocks import EmailBlockIn
from tocsin.contract.function_steps import FunctionStepIn
from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.contract.step_shapes import ConditionsIn, Open, PairIn
from tocsin.domain.definition_views import Shown

Json = dict[str, Any]


class EmailTemplateSettingsIn(Open):
    layout_key: str | None = Field(
        default=None, description="An email layout; none: the body is the whole email"
    )
    pre_content: str | None = Field(default=None, description="Liquid that runs before everything else")
    attachment_key: str | None = Field(
        default=None, description="Where in `data` the email's files are; `attachments` by default"
    )


class EmailTemplateIn(Open):
    """With either `html_body` or `visual_blocks`."""

    subject: str
    html_body: str | None = None
    visual_blocks: list[EmailBlockIn] | None = None
    is_mjml: bool | None = Field(default=None, description="Then the layout is MJML too, or there is none")
    text_body: str | None = Field(default=None, description="Made from the HTML when it is null")
    settings: EmailTemplateSettingsIn | None = None


class ButtonIn(Model):
    label: str
    action: str


class InAppFeedTemplateIn(Open):
    markdown_body: str
    action_url: str | None = None
    action_buttons: list[ButtonIn] | None = Field(default=None, max_length=2)


class SmsTemplateSettingsIn(Open):
    to_number: str | None = Field(default=None, description="None: the recipient's `phone_number`")
    payload_overrides: str | None = Field(
        default=None, description="Liquid that renders to JSON: merged into what the provider is sent"
    )


class SmsTemplateIn(Open):
    text_body: str
    settings: SmsTemplateSettingsIn | None = None


class PushTemplateSettingsIn(Open):
    delivery_type: Literal["content", "silent"] = "content"
    payload_overrides: str | None = Field(
        default=None, description="Liquid that renders to JSON: merged into what the provider is sent"
    )


class PushTemplateIn(Open):
    title: str
    text_body: str
    settings: PushTemplateSettingsIn | None = None


class ChatTemplateIn(Open):
    markdown_body: str | None = None
    json_body: str | None = Field(default=None, description="The provider's own JSON, instead of markdown")
    summary: str | None = None


class HttpTemplateIn(Open):
    """The whole request. An empty template sends the channel's own."""

    url: str
    method: Literal["get", "post", "put", "delete", "patch"] = "post"
    headers: list[PairIn] | None = None
    query_params: list[PairIn] | None = None
    body: str | None = None


class SendWindowIn(Model):
    """A day of the week. `from` and `until` are times of day (`09:00:00`, `09:00` or minutes); null: all day."""

    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    type: Literal["send", "do_not_send"]
    from_: str | int | None = Field(default=None, alias="from")
    until: str | int | None = None


class ChannelStepIn(Open):
    """Makes a message on a channel, one for each device or connection. All strings of a template are Liquid."""

    type: Literal["channel"]
    ref: str = Field(description="Unique within the workflow")
    channel_key: str
    channel_type: Literal["email", "in_app_feed", "sms", "push", "chat", "http"] | None = None
    name: str | None = None
    conditions: ConditionsIn | None = None
    send_windows: list[SendWindowIn] | None = Field(
        default=None,
        description="One for each day of the week. A message made outside of them waits for the next",
    )
    channel_overrides: Json | None = None
    inputs: Json | str | None = Field(
        default=None, description="Of a webhook's request: what its templates know as `inputs.*`"
    )
    template: (
        EmailTemplateIn
        | InAppFeedTemplateIn
        | PushTemplateIn
        | SmsTemplateIn
        | HttpTemplateIn
        | ChatTemplateIn
        | Json
    )


class WorkflowSettings(Open):
    is_commercial: bool | None = None
    override_preferences: bool | None = None


class GoalAttachment(Open):
    goal_key: str
    attribution_window_days: int | None = Field(default=None, ge=1, le=30)


class WorkflowIn(Open):
    """A workflow as it is sent. Read-only fields may be present and do not count."""

    name: str = Field(max_length=255)
    description: str | None = Field(default=None, max_length=280)
    steps: list[ChannelStepIn | FunctionStepIn]
    categories: list[str] | None = None
    tags: list[str] | None = None
    settings: WorkflowSettings | None = None
    conditions: ConditionsIn | None = None
    trigger_data_json_schema: Json | None = Field(
        default=None,
        description="A JSON Schema, of draft 4 to 2020-12: a trigger whose `data` it refuses is answered with 422",
    )
    trigger_frequency: (
        Literal["every_trigger", "once_per_recipient", "once_per_recipient_per_tenant"] | None
    ) = None
    goal_attachment: GoalAttachment | None = None


class WorkflowOut(Open):
    """A workflow as it was saved last, and whether it is active in this environment."""

    key: str
    name: str
    description: str | None = None
    active: bool
    valid: bool
    environment: str
    steps: list[Json]
    categories: list[str]
    tags: list[str]
    settings: WorkflowSettings
    conditions: ConditionsIn | None
    trigger_data_json_schema: Json
    trigger_frequency: str
    sha: str
    created_at: str
    updated_at: str


class WrappedWorkflowIn(Model):
    workflow: Annotated[Json, DocumentedAs(WorkflowIn)]


class WrappedWorkflowOut(Model):
    workflow: WorkflowOut


class WorkflowsPageOut(Model):
    entries: list[WorkflowOut]
    page_info: PageInfoOut


class ActivateIn(Model):
    status: StrictBool | None = Field(default=None, description="Active or not; true by default")


def workflow_out(env: str, shown: Shown) -> Json:
    """What is stored has passed validation, so it is valid."""
    return definition_out(env, shown.draft, active=shown.active, valid=True)
