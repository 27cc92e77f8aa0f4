"""Templates as somebody would get them, though no message is made and nothing of it need be saved. Imports Liquid.

Every text of a template is rendered in its place; an email is finished as it would be sent, inside its layout.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.domain.channels import EMAIL, HTTP, SMS
from tocsin.domain.clock import to_iso
from tocsin.domain.definitions import DefinitionKind, Workflow
from tocsin.domain.errors import FieldProblem, InvalidParamsError, NotFoundError, WorkflowMissingError
from tocsin.domain.ids import NewUuid, ksuid
from tocsin.domain.previews import Preview, PreviewError, Viewer
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import RecipientRun, RunStatus, WorkflowRun
from tocsin.domain.sms_segments import segments_of
from tocsin.domain.step_tree import StepTree
from tocsin.engine.context import CompositionError, Context
from tocsin.rendering.email import Layout, render_email
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.guide_content import render_values
from tocsin.rendering.liquid import Rendering
from tocsin.usecases.identify_inline import identify_inline
from tocsin.usecases.layouts import LayoutFinder
from tocsin.usecases.lookups import LookupPorts, StoreLookups
from tocsin.usecases.ports import Definitions
from tocsin.usecases.run_context import ContextPorts, stage_of
from tocsin.usecases.stage import Cast
from tocsin.usecases.validate_layout import validate_layout
from tocsin.usecases.validate_templates import TEMPLATES

Json = dict[str, Any]
# What a layout is shown around. In MJML it stands in a column, where the template's body would.
BODY = "<p>The body of the email goes here.</p>"
SAMPLE = {"subject": "", "html_body": BODY}
SAMPLE_MJML = {"subject": "", "html_body": f"<mj-text>{BODY}</mj-text>", "is_mjml": True}


@dataclass(frozen=True, slots=True)
class PreviewPorts:
    """Over stores that keep to themselves what is written (`store/scratch.py`): inline properties count, and are
    not stored."""

    definitions: Definitions
    context: ContextPorts
    lookups: LookupPorts
    new_uuid: NewUuid


def preview_step(ports: PreviewPorts, env: str, key: str, ref: str, viewer: Viewer, now: datetime) -> Preview:
    """A channel step as the workflow was saved last. Raises WorkflowMissingError, NotFoundError, InvalidParamsError."""
    draft = ports.definitions.draft(env, DefinitionKind.WORKFLOW, key)
    if draft is None:
        raise WorkflowMissingError(f"there is no workflow {key!r} in {env}")
    content = draft.content
    tree = StepTree(content["steps"])
    if ref not in tree:
        raise NotFoundError(f"the workflow {key!r} has no step {ref!r}")
    step = tree.step(ref)
    if step["type"] != "channel":
        message = f"the step {ref!r} is a {step['type']}; only channel steps have a template"
        raise InvalidParamsError([FieldProblem("step_ref", message)])
    workflow = _workflow(key, step, content)
    context = _context(ports, env, workflow, viewer, now)
    channel_type, source = _template_of(context, step)
    return _printed(ports, env, context, channel_type, source, _named_layout(source))


def preview_template(
    ports: PreviewPorts,
    env: str,
    channel_type: str,
    source: Json,
    layout: Layout | str | None,
    workflow: Json,
    viewer: Viewer,
    now: datetime,
) -> Preview:
    """`layout` goes before the one that the template names: itself, or its key. Raises InvalidParamsError."""
    named = _named_layout(source)
    # Whether that layout is there and fits is found out when it is looked for.
    problems = [*TEMPLATES[channel_type](source, {named: bool(source.get("is_mjml"))} if named else {})]
    if problems:
        return Preview(channel_type, source, errors=tuple(map(_error_of, problems)))
    context = _context(ports, env, _workflow(workflow.get("key", ""), None, workflow), viewer, now)
    return _printed(ports, env, context, channel_type, source, layout or named)


def preview_layout(
    ports: PreviewPorts, env: str, source: Json, workflow: Json, viewer: Viewer, now: datetime
) -> Preview:
    """Around a body that says what it is. Raises InvalidParamsError for those whom it cannot be shown to."""
    try:
        validate_layout("preview", source)
    except InvalidParamsError as error:
        return Preview(EMAIL, source, errors=tuple(map(_error_of, error.problems)))
    context = _context(ports, env, _workflow(workflow.get("key", ""), None, workflow), viewer, now)
    sample = SAMPLE_MJML if source.get("is_mjml") else SAMPLE
    return _printed(ports, env, context, EMAIL, sample, Layout.from_definition(source))


def _printed(
    ports: PreviewPorts,
    env: str,
    context: Context,
    channel_type: str,
    source: Json,
    layout: Layout | str | None,
) -> Preview:
    """A key of a layout means the committed one."""
    try:
        if isinstance(layout, str):
            layout = LayoutFinder(ports.definitions, env).find(layout)
        printed = _email(context, source, layout) if channel_type == EMAIL else _texts(context, source)
        if channel_type == SMS:
            printed["segments"] = segments_of(printed["text_body"].strip()).to_wire()
    except TemplateError as error:
        return Preview(channel_type, source, errors=(PreviewError(error.part, str(error), error.line),))
    except CompositionError as error:
        return Preview(channel_type, source, errors=(PreviewError("settings.layout_key", str(error)),))
    return Preview(channel_type, source, printed)


def _email(context: Context, source: Json, layout: Layout | None) -> Json:
    email = render_email(source, layout, context.scope, context.now, context.sources)
    parts = {"subject": email.subject, "html_body": email.html_body, "text_body": email.text_body}
    return {**source, **parts, "visual_blocks": None, "is_mjml": False}


def _texts(context: Context, source: Json) -> Json:
    rendering = Rendering(context.scope, context.now, context.sources)
    return {name: render_values(rendering, value, name) for name, value in source.items()}


def _named_layout(source: Mapping[str, Any]) -> str | None:
    return (source.get("settings") or {}).get("layout_key") or None


def _template_of(context: Context, step: Json) -> tuple[str, Json]:
    """With its channel's type. A webhook step without a URL sends its channel's request."""
    group = context.channel_groups.get(step.get("channel_group_key") or "")
    channel = context.channels.get(step.get("channel_key") or "")
    known = group.channel_type if group else channel.type if channel else step.get("channel_type")
    if known is None or known not in TEMPLATES:
        named = step.get("channel_key") or step.get("channel_group_key")
        message = f"its channel {named!r} is not there, and the step does not say the channel's type"
        raise InvalidParamsError([FieldProblem("step_ref", message, "missing_reference")])
    template: Json = step["template"]
    if known == HTTP and channel is not None and not template.get("url"):
        names = ("method", "url", "headers", "query_params", "body")
        return HTTP, {name: channel.settings[name] for name in names if name in channel.settings}
    return known, template


def _workflow(key: str, step: Json | None, said: Mapping[str, Any]) -> Workflow:
    """As far as a template sees it; with the one step, so that what this step needs is read."""
    settings = said.get("settings") or {
        "is_commercial": said.get("commercial"),
        "override_preferences": said.get("override_preferences"),
    }
    return Workflow(
        key=key,
        version_id="",
        name=said.get("name") or key,
        steps=(step,) if step else (),
        categories=tuple(said.get("categories") or ()),
        settings=settings,
    )


def _context(ports: PreviewPorts, env: str, workflow: Workflow, viewer: Viewer, now: datetime) -> Context:
    _identify(ports, env, viewer, now)
    recipient = viewer.recipient
    trigger = WorkflowRun(
        id=ports.new_uuid(),
        workflow=workflow.key,
        version_id=workflow.version_id,
        recipients=(recipient,),
        triggered_at=now,
        data=viewer.data,
        actor=viewer.actor,
        tenant=viewer.tenant,
    )
    cast = Cast(env, trigger, workflow.version_id, (recipient.ref,))
    stage = stage_of(ports.context, cast, workflow, now, is_active=True)
    run = RecipientRun(
        id=ports.new_uuid(),
        workflow_run_id=trigger.id,
        workflow=workflow.key,
        version_id=workflow.version_id,
        recipient=recipient.ref,
        status=RunStatus.QUEUED,
        inserted_at=now,
        updated_at=now,
    )
    context = stage.context(run, recipient, StoreLookups(ports.lookups, env))
    at = to_iso(now)
    context.scope["current_message"] = {"id": ksuid(now, run.id), "inserted_at": at, "updated_at": at}
    return context


def _identify(ports: PreviewPorts, env: str, viewer: Viewer, now: datetime) -> None:
    """As a trigger would: what is said inline counts, a tenant may be new, the others must be known."""
    store = ports.context.recipients
    for field, one in (("recipient", viewer.recipient), ("actor", viewer.actor)):
        if one is not None and one.properties is None and store.get(env, one.ref) is None:
            raise InvalidParamsError([FieldProblem(field, _unknown(env, one.ref), "missing_reference")])
    named = (("recipient", viewer.recipient), ("actor", viewer.actor), ("tenant", viewer.tenant))
    said = [one.inline(field) for field, one in named if one is not None and one.properties is not None]
    identify_inline(ports.context.inline, env, said, now)


def _unknown(env: str, ref: RecipientRef) -> str:
    return f"there is no {ref.gid} in {env}; identify it, or send it inline with some properties"


def _error_of(problem: FieldProblem) -> PreviewError:
    return PreviewError(problem.field, problem.message)
