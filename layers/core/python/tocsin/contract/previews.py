"""Previews of templates on the wire."""

from typing import Any, Literal

from pydantic import Field

from tocsin.contract.model import Model
from tocsin.contract.workflows import RecipientRequest, as_triggered
from tocsin.domain.previews import Preview, Viewer
from tocsin.domain.recipients import TENANTS, USERS

Json = dict[str, Any]
TemplateType = Literal["email", "sms", "push", "chat", "in_app_feed"]
StepType = Literal["email", "sms", "push", "chat", "in_app_feed", "http"]
Result = Literal["success", "error"]


class ViewerIn(Model):
    """Each by reference, or inline with properties; these count for the preview and are not stored."""

    recipient: RecipientRequest
    actor: RecipientRequest | None = None
    tenant: RecipientRequest | None = None
    data: Json | None = None

    def to_viewer(self) -> Viewer:
        return Viewer(
            recipient=as_triggered(self.recipient, USERS),
            actor=as_triggered(self.actor, USERS) if self.actor is not None else None,
            tenant=as_triggered(self.tenant, TENANTS) if self.tenant is not None else None,
            data=self.data or {},
        )


class ShownWorkflowIn(Model):
    """What templates see of the workflow that they are meant for."""

    key: str
    categories: list[str] | None = None
    commercial: bool | None = None
    override_preferences: bool | None = None


class ShownLayoutIn(Model):
    """A committed one by its key, or else its two parts."""

    key: str | None = None
    html_content: str | None = None
    text_content: str | None = None


class PreviewTemplateIn(ViewerIn):
    channel_type: TemplateType
    template: Json = Field(description="As a workflow's step has it")
    layout: ShownLayoutIn | None = Field(
        default=None, description="Instead of the one that the template names"
    )
    workflow: ShownWorkflowIn | None = None


class PreviewEmailLayoutIn(ViewerIn):
    email_layout: Json = Field(
        description="As `PUT` takes it. What is wrong with it is told in the answer's `errors`"
    )
    workflow: ShownWorkflowIn | None = None


class PreviewErrorOut(Model):
    field: str | None
    message: str
    line: int | None


class PreviewTemplateOut(Model):
    result: Result
    content_type: StepType
    template: Json | None = Field(
        description="The same with its texts rendered; an email as it would be sent"
    )
    errors: list[PreviewErrorOut] | None


class PreviewStepOut(PreviewTemplateOut):
    template: Json = Field(description="Rendered; or, where there are errors, as it was saved")


class RenderedLayoutOut(Model):
    html_body: str
    text_body: str


class PreviewEmailLayoutOut(Model):
    result: Result
    layout: RenderedLayoutOut | None
    errors: list[PreviewErrorOut] | None


def preview_step_out(preview: Preview) -> Json:
    shown = preview_template_out(preview)
    return {**shown, "template": preview.source if preview.printed is None else preview.printed}


def preview_template_out(preview: Preview) -> Json:
    return {**_result(preview), "content_type": preview.channel_type, "template": preview.printed}


def preview_layout_out(preview: Preview) -> Json:
    printed = preview.printed
    layout = {name: printed[name] for name in ("html_body", "text_body")} if printed is not None else None
    return {**_result(preview), "layout": layout}


def _result(preview: Preview) -> Json:
    errors = [
        {"field": error.field, "message": error.message, "line": error.line} for error in preview.errors
    ]
    return {"result": "error" if errors else "success", "errors": errors or None}
