"""Workflow definitions on the wire. The models describe; `usecases/validate_workflow.py` checks."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from tocsin.contract.documented import DocumentedAs
from tocsin.contract.email_blocks import EmailBlockIn
from tocsin.contract.paging import PageInfoOut
from tocsin.domain.clock import to_iso
from tocsin.domain.definition_views import Shown

Json = dict[str, Any]


class _Open(BaseModel):
    """Fields that are not named here are kept and given back."""

    model_config = ConfigDict(extra="allow")


class ConditionIn(BaseModel):
    variable: str
    operator: str
    argument: Any = None


class ConditionsIn(BaseModel):
    """`all` of these, or `any` of them; an element of `any` may itself be an `{all: [...]}`."""

    all: list[ConditionIn] | None = None
    any: list[ConditionIn | Json] | None = None


class DurationIn(BaseModel):
    unit: Literal["seconds", "minutes", "hours", "days", "weeks", "months"]
    value: int


class DelaySettingsIn(BaseModel):
    """One of them or both: then `delay_for` counts from the moment that the path leads to, before it when negative."""

    delay_for: DurationIn | None = None
    delay_until_field_path: str | None = Field(
        default=None,
        description="Such as `data.due_at`. Leads to an ISO 8601 timestamp, a duration `{unit, value}` from now, or"
        " a window rule `{frequency, days, hours, minutes, day_of_month}`, whose next time counts",
    )


class DelayStepIn(_Open):
    """Waits. At most 365 days. Where the path leads to nothing that can be waited for, the step is skipped."""

    type: Literal["delay"]
    ref: str = Field(description="Unique within the workflow")
    name: str | None = None
    conditions: ConditionsIn | None = None
    settings: DelaySettingsIn


class BatchSettingsIn(BaseModel):
    """A window from the first trigger on (`batch_window`), until a moment that a path leads to
    (`batch_until_field_path`), or so much before or after that moment (both)."""

    batch_key: str | None = Field(
        default=None, description="`page_id` is `data.page_id`; with `{{ }}` it is Liquid. Null: one batch for all"
    )
    batch_window: DurationIn | None = None
    batch_until_field_path: str | None = None
    batch_window_type: Literal["fixed", "sliding"] | None = Field(
        default=None, description="Sliding: each trigger moves the end of the window"
    )
    batch_window_extension_limit: DurationIn | None = Field(
        default=None, description="How long after it opened a sliding window closes at the latest"
    )
    batch_order: Literal["asc", "desc"] | None = Field(
        default=None, description="Whether the oldest or the newest are rendered; they are listed oldest first"
    )
    batch_execution_mode: Literal["accumulate", "flush_leading"] | None = None
    batch_items_max_limit: int | None = Field(default=None, ge=2, le=1000)
    batch_items_render_limit: int | None = Field(default=None, ge=1, le=100, description="10 by default")
    workflow_version_mode: Literal["pinned", "latest"] | None = Field(
        default=None, description="Which version goes on when the window closes; pinned where it is missing"
    )


class BatchStepIn(_Open):
    """Collects the triggers of one recipient. When the window closes, one run goes on with all of them."""

    type: Literal["batch"]
    ref: str = Field(description="Unique within the workflow")
    name: str | None = None
    settings: BatchSettingsIn


class EmailTemplateSettingsIn(_Open):
    layout_key: str | None = Field(
        default=None, description="An email layout; none: the body is the whole email"
    )
    pre_content: str | None = Field(default=None, description="Liquid that runs before everything else")
    attachment_key: str | None = Field(
        default=None, description="Where in `data` the email's files are; `attachments` by default"
    )


class EmailTemplateIn(_Open):
    """With either `html_body` or `visual_blocks`."""

    subject: str
    html_body: str | None = None
    visual_blocks: list[EmailBlockIn] | None = None
    is_mjml: bool | None = Field(default=None, description="Then the layout is MJML too, or there is none")
    text_body: str | None = Field(default=None, description="Made from the HTML when it is null")
    settings: EmailTemplateSettingsIn | None = None


class ButtonIn(BaseModel):
    label: str
    action: str


class InAppFeedTemplateIn(_Open):
    markdown_body: str
    action_url: str | None = None
    action_buttons: list[ButtonIn] | None = Field(default=None, max_length=2)


class SmsTemplateSettingsIn(_Open):
    to_number: str | None = Field(default=None, description="None: the recipient's `phone_number`")


class SmsTemplateIn(_Open):
    text_body: str
    settings: SmsTemplateSettingsIn | None = None


class PushTemplateSettingsIn(_Open):
    delivery_type: Literal["content", "silent"] = "content"


class PushTemplateIn(_Open):
    title: str
    text_body: str
    settings: PushTemplateSettingsIn | None = None


class ChatTemplateIn(_Open):
    markdown_body: str | None = None
    json_body: str | None = Field(default=None, description="The provider's own JSON, instead of markdown")
    summary: str | None = None


class PairIn(BaseModel):
    key: str
    value: str


class HttpTemplateIn(_Open):
    """The whole request. An empty template sends the channel's own."""

    url: str
    method: Literal["get", "post", "put", "delete", "patch"] = "post"
    headers: list[PairIn] | None = None
    query_params: list[PairIn] | None = None
    body: str | None = None


class SendWindowIn(BaseModel):
    """A day of the week. `from` and `until` are times of day (`09:00:00`, `09:00` or minutes); null: all day."""

    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    type: Literal["send", "do_not_send"]
    from_: str | int | None = Field(default=None, alias="from")
    until: str | int | None = None


class ChannelStepIn(_Open):
    """Makes a message on a channel, one for each device or connection. All strings of a template are Liquid."""

    type: Literal["channel"]
    ref: str = Field(description="Unique within the workflow")
    channel_key: str
    channel_type: Literal["email", "in_app_feed", "sms", "push", "chat", "http"] | None = None
    name: str | None = None
    conditions: ConditionsIn | None = None
    send_windows: list[SendWindowIn] | None = Field(
        default=None, description="One for each day of the week. A message made outside of them waits for the next"
    )
    channel_overrides: Json | None = None
    template: (
        EmailTemplateIn
        | InAppFeedTemplateIn
        | PushTemplateIn
        | SmsTemplateIn
        | HttpTemplateIn
        | ChatTemplateIn
        | Json
    )


class WorkflowSettings(_Open):
    is_commercial: bool | None = None
    override_preferences: bool | None = None


class GoalAttachment(_Open):
    goal_key: str
    attribution_window_days: int | None = Field(default=None, ge=1, le=30)


class WorkflowIn(_Open):
    """A workflow as it is sent. Read-only fields may be present and do not count."""

    name: str = Field(max_length=255)
    description: str | None = Field(default=None, max_length=280)
    steps: list[ChannelStepIn | DelayStepIn | BatchStepIn]
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


class WorkflowOut(_Open):
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


class WrappedWorkflowIn(BaseModel):
    workflow: Annotated[Json, DocumentedAs(WorkflowIn)]


class WrappedWorkflowOut(BaseModel):
    workflow: WorkflowOut


class WorkflowsPageOut(BaseModel):
    entries: list[WorkflowOut]
    page_info: PageInfoOut


class ActivateIn(BaseModel):
    status: StrictBool | None = Field(default=None, description="Active or not; true by default")


def workflow_out(env: str, shown: Shown) -> Json:
    """The content as it came, under what we know of it. What is stored has passed validation, so it is valid."""
    draft = shown.draft
    return {
        "key": draft.key,
        **draft.content,
        "active": shown.active,
        "valid": True,
        "environment": env,
        "sha": draft.sha,
        "created_at": to_iso(draft.created_at),
        "updated_at": to_iso(draft.updated_at),
    }
