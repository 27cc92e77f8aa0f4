"""Previews: of a saved step, of a template and of an email layout that need not be saved. Nothing is written."""

from typing import TYPE_CHECKING, Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.layouts import TAGS as LAYOUT_TAGS
from functions.management.surroundings import known_environment
from functions.management.workflows import TAGS as WORKFLOW_TAGS
from tocsin.contract.management import EnvironmentQuery
from tocsin.contract.previews import (
    PreviewEmailLayoutIn,
    PreviewEmailLayoutOut,
    PreviewStepOut,
    PreviewTemplateIn,
    PreviewTemplateOut,
    ShownLayoutIn,
    ShownWorkflowIn,
    ViewerIn,
    preview_layout_out,
    preview_step_out,
    preview_template_out,
)
from tocsin.lambda_kit.branches import branch_of
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.router import Router

if TYPE_CHECKING:
    from tocsin.rendering.email import Layout
    from tocsin.usecases.preview import PreviewPorts

router = Router()
# Liquid takes a while to import, and few calls need it: each route imports for itself what brings it.


@router.post(
    "/v1/workflows/<key>/steps/<step_ref>/preview_template",
    summary="Preview a step",
    responses=documented(PreviewStepOut),
    tags=WORKFLOW_TAGS,
)
def preview_workflow_step(
    key: PathText,
    step_ref: PathText,
    body: ViewerIn,
    query: Annotated[EnvironmentQuery, Query()],
    call: Call,
) -> Response[Any]:
    """What its template would say to the recipient, as the workflow was saved last; layouts, partials and
    translations are the committed ones."""
    from tocsin.usecases.preview import preview_step

    env, viewer = known_environment(call), body.to_viewer()
    return json_response(preview_step_out(preview_step(_ports(call), env, key, step_ref, viewer, call.now)))


@router.post(
    "/v1/templates/preview",
    summary="Preview a template",
    responses=documented(PreviewTemplateOut),
    tags=["Templates"],
)
def preview_any_template(
    body: PreviewTemplateIn, query: Annotated[EnvironmentQuery, Query()], call: Call
) -> Response[Any]:
    """What it would say to the recipient. Neither the template nor a workflow need be saved."""
    from tocsin.usecases.preview import preview_template

    preview = preview_template(
        _ports(call),
        known_environment(call),
        body.channel_type,
        body.template,
        _layout(body.layout),
        _said(body.workflow),
        body.to_viewer(),
        call.now,
    )
    return json_response(preview_template_out(preview))


@router.post(
    "/v1/email_layouts/preview",
    summary="Preview an email layout",
    responses=documented(PreviewEmailLayoutOut),
    tags=LAYOUT_TAGS,
)
def preview_email_layout(
    body: PreviewEmailLayoutIn, query: Annotated[EnvironmentQuery, Query()], call: Call
) -> Response[Any]:
    """What it would look like around an email for the recipient. It need not be saved."""
    from tocsin.usecases.preview import preview_layout

    env, viewer = known_environment(call), body.to_viewer()
    preview = preview_layout(_ports(call), env, body.email_layout, _said(body.workflow), viewer, call.now)
    return json_response(preview_layout_out(preview))


def _ports(call: CallFacts) -> "PreviewPorts":
    from tocsin.lambda_kit.dry_run_ports import ScratchServices, preview_ports

    branch = branch_of(call)
    return preview_ports(ScratchServices(call.services, call.now), branch.id if branch else None)


def _layout(sent: ShownLayoutIn | None) -> "Layout | str | None":
    from tocsin.rendering.email import Layout

    if sent is None or sent.html_content is None:
        return sent.key if sent else None
    html = sent.html_content
    return Layout(html, sent.text_content or "{{ content }}", is_mjml="<mjml" in html.lower())


def _said(workflow: ShownWorkflowIn | None) -> dict[str, Any]:
    return workflow.model_dump() if workflow else {}
