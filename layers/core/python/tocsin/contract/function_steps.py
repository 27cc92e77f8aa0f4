"""Steps that send nothing, on the wire: they wait, choose, fetch and change. The models describe; the engine checks."""

from typing import Annotated, Any, Literal

from pydantic import Field

from tocsin.contract.model import Model
from tocsin.contract.step_shapes import ConditionIn, ConditionsIn, DurationIn, Open, PairIn

Json = dict[str, Any]


class _StepIn(Open):
    ref: str = Field(description="Unique within the workflow")
    name: str | None = None


class _ConditionalStepIn(_StepIn):
    conditions: ConditionsIn | None = Field(
        default=None, description="Where they do not hold, the step is skipped"
    )


class DelaySettingsIn(Model):
    """One of them or both: then `delay_for` counts from the moment that the path leads to, before it when negative."""

    delay_for: DurationIn | None = None
    delay_until_field_path: str | None = Field(
        default=None,
        description="Such as `data.due_at`. Leads to an ISO 8601 timestamp, a duration `{unit, value}` from now, or"
        " a window rule `{frequency, days, hours, minutes, day_of_month}`, whose next time counts",
    )


class DelayStepIn(_ConditionalStepIn):
    """Waits. At most 365 days. Where the path leads to nothing that can be waited for, the step is skipped."""

    type: Literal["delay"]
    settings: DelaySettingsIn


class BatchSettingsIn(Model):
    """A window from the first trigger on (`batch_window`), until a moment that a path leads to
    (`batch_until_field_path`), or so much before or after that moment (both)."""

    batch_key: str | None = Field(
        default=None,
        description="`page_id` is `data.page_id`; with `{{ }}` it is Liquid. Null: one batch for all",
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
        default=None,
        description="Whether the oldest or the newest are rendered; they are listed oldest first",
    )
    batch_execution_mode: Literal["accumulate", "flush_leading"] | None = None
    batch_items_max_limit: int | None = Field(default=None, ge=2, le=1000)
    batch_items_render_limit: int | None = Field(default=None, ge=1, le=100, description="10 by default")
    workflow_version_mode: Literal["pinned", "latest"] | None = Field(
        default=None, description="Which version goes on when the window closes; pinned where it is missing"
    )


class BatchStepIn(_StepIn):
    """Collects the triggers of one recipient. When the window closes, one run goes on with all of them."""

    type: Literal["batch"]
    settings: BatchSettingsIn


class ThrottleSettingsIn(Model):
    throttle_key: str | None = Field(default=None, description="As a batch's key; shorter than 64 characters")
    throttle_limit: int | None = Field(default=None, ge=1, description="1 by default")
    throttle_window: DurationIn | None = Field(default=None, description="31 days at most")
    throttle_window_field_path: str | None = None


class ThrottleStepIn(_ConditionalStepIn):
    """So many runs of a recipient pass within a window; the others end here."""

    type: Literal["throttle"]
    settings: ThrottleSettingsIn


class BranchIn(Open):
    """The steps are those of a workflow, branches among them, five deep at most."""

    name: str | None = None
    terminates: bool | None = Field(default=None, description="The workflow ends with this branch")
    conditions: ConditionsIn | None = Field(default=None, description="None for the last branch, the default")
    steps: list[Json] | None = None


class BranchStepIn(_StepIn):
    """Goes on with the first branch whose conditions hold, else with the last."""

    type: Literal["branch"]
    branches: list[BranchIn] = Field(min_length=2, max_length=10)


class CohortIn(Open):
    name: str | None = None
    percentage: Annotated[float, Field(ge=0, le=100)] | str = Field(
        description="With one decimal; all of them are 100 together. Read back as text"
    )
    terminates: bool | None = None
    steps: list[Json] | None = None


class RandomCohortStepIn(_StepIn):
    """Goes on with a branch by chance, for each recipient always the same."""

    type: Literal["random_cohort"]
    cohort_key: str | None = Field(
        default=None, description="Whose chance it is; the recipient's id by default"
    )
    cohort_branches: list[CohortIn] = Field(min_length=2, max_length=10)


class HttpFetchSettingsIn(Open):
    """All but the method is Liquid. `headers` and `query_params` may be one template that renders to a JSON object."""

    url: str
    method: Literal["get", "post", "put", "delete", "patch"] = "get"
    headers: list[PairIn] | str | None = None
    query_params: list[PairIn] | str | None = None
    body: str | None = Field(default=None, description="JSON, with post and put")
    inputs: Json | str | None = Field(
        default=None,
        description="What the request's templates know as `inputs.*`: values, or Liquid that renders to an object",
    )
    input_schema: Json | None = Field(default=None, description="A JSON Schema of the inputs")
    response_path: str | None = Field(default=None, description="Where in the data the whole answer goes")
    sign_request: bool | None = Field(default=None, description="By the environment's request secret")


class HttpFetchStepIn(_ConditionalStepIn):
    """Puts the JSON that a server answers into the run's data. Tried three times where the server is in trouble."""

    type: Literal["http_fetch"]
    settings: HttpFetchSettingsIn


class AiAgentSettingsIn(Open):
    model: str = Field(
        description="`bedrock:` and the id of a model or inference profile on Amazon Bedrock, or the profile's ARN",
        examples=["bedrock:amazon.nova-lite-v1:0"],
    )
    request_prompt: str = Field(description="Liquid")
    response_type: Literal["text", "json"]
    response_schema: str | None = Field(default=None, description="A JSON Schema as text, for JSON alone")
    web_search_enabled: Literal[False] | None = Field(default=None, description="Not supported yet")
    halt_on_error: bool | None = Field(default=None, description="False: without a reply the run goes on")


class AiAgentStepIn(_ConditionalStepIn):
    """Asks a model and keeps its reply in the run's data: `data.<ref>.text`, or JSON as `data.<ref>`."""

    type: Literal["ai_agent"]
    settings: AiAgentSettingsIn


class AwaitedEventIn(Model):
    """Of the run's own recipient. Messages and runs are those of the workflow `source_key`. What a source from outside
    tells of nobody in particular is everybody's."""

    event_type: Literal["message", "workflow", "audience", "recipient", "integration_source"]
    event_key: str | None = Field(
        default=None,
        description="What happens, such as `read`, `completed`, `enter`, `updated` or what a source calls it",
    )
    source_type: Literal["workflow"] | None = None
    source_key: str | None = None
    audience_key: str | None = None
    integration_source_key: str | None = None


class MatchConditionsIn(Model):
    operator: Literal["and"] | None = None
    conditions: list[ConditionIn]


class WaitForEventSettingsIn(Model):
    event: AwaitedEventIn
    match_conditions: list[MatchConditionsIn] | None = Field(
        default=None, description="One of them must hold. Required for messages and workflows"
    )
    expires_after: DurationIn | None = Field(
        default=None, description="15 minutes by default, 30 days at most"
    )
    on_match: Literal["continue", "halt"] | None = Field(default=None, description="`continue` by default")
    on_timeout: Literal["continue", "halt"] | None = Field(default=None, description="`halt` by default")


class WaitForEventStepIn(_ConditionalStepIn):
    """Waits until something happens to the recipient. Later steps find it as `refs.<ref>.signal_variables`."""

    type: Literal["wait_for_event"]
    settings: WaitForEventSettingsIn


class UpdateDataSettingsIn(Model):
    data: str = Field(description="Liquid that renders to a JSON object; a missing variable is an error")


class UpdateDataStepIn(_ConditionalStepIn):
    """Sets keys of the run's data."""

    type: Literal["update_data"]
    settings: UpdateDataSettingsIn


class UpdateRecipientSettingsIn(Model):
    recipient_mode: Literal["current", "reference"] | None = Field(
        default=None,
        description="Whether the run's own or the one that `recipient_gid` names; not for objects",
    )
    recipient_gid: str | None = Field(
        default=None, description="`gid://Object/{collection}/{id}`, with Liquid"
    )
    update_properties: str = Field(description="Liquid that renders to a JSON object, which is merged deeply")


class UpdateRecipientStepIn(_ConditionalStepIn):
    """Sets properties of a user, tenant or object, which is made if it does not exist."""

    type: Literal["update_user", "update_tenant", "update_object"]
    settings: UpdateRecipientSettingsIn


class UpdateAudienceSettingsIn(Model):
    audience_key: str
    action: Literal["add", "remove"]


class UpdateAudienceStepIn(_ConditionalStepIn):
    """The run's user joins or leaves an audience."""

    type: Literal["update_audience"]
    settings: UpdateAudienceSettingsIn


class TriggerWorkflowSettingsIn(Model):
    """All Liquid; what is left out is as in the run that triggers."""

    workflow_key: str
    recipients: str | None = Field(default=None, description="An id, or JSON: an object, or a list of either")
    actor: str | None = None
    tenant: str | None = None
    data: str | None = Field(default=None, description="Renders to a JSON object")
    cancellation_key: str | None = None


class TriggerWorkflowStepIn(_ConditionalStepIn):
    """Triggers another workflow, once for each recipient's run."""

    type: Literal["trigger_workflow"]
    settings: TriggerWorkflowSettingsIn


FunctionStepIn = (
    DelayStepIn
    | BatchStepIn
    | ThrottleStepIn
    | BranchStepIn
    | RandomCohortStepIn
    | HttpFetchStepIn
    | AiAgentStepIn
    | UpdateDataStepIn
    | UpdateRecipientStepIn
    | UpdateAudienceStepIn
    | TriggerWorkflowStepIn
    | WaitForEventStepIn
)
