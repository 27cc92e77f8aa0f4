"""The one shape of all errors, for the OpenAPI document; `lambda_kit/error_table.py` writes it."""

from typing import Literal

from pydantic import Field

from tocsin.contract.model import Model


class FieldErrorOut(Model):
    field: str = Field(description="Dotted path of the field, such as `steps.0.template.subject`")
    message: str
    type: str


class ErrorOut(Model):
    """What went wrong: `code` for programs, `message` for people."""

    code: str
    message: str
    status: int
    type: Literal["authentication_error", "invalid_request_error", "api_error"]
    errors: list[FieldErrorOut] | None = Field(
        default=None, description="With a 422: each field that is wrong"
    )
