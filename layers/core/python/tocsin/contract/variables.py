"""Variables on the wire. Reading them is as in the management API of Knock, which has a page for setting them; setting
is Tocsin's own. `usecases/configure_variables.py` checks. No answer has a secret."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from tocsin.contract.documented import DocumentedAs
from tocsin.contract.management import DEFAULT_LIMIT, MAX_LIMIT, Branch
from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.domain.clock import to_iso
from tocsin.domain.variables import Variable, VariableType

Json = dict[str, Any]


class VariablesQuery(Model):
    environment: str | None = Field(
        default=None, description="Shows each variable with the value that holds in this environment"
    )
    branch: Branch = None
    type: VariableType | None = Field(default=None, description="Only variables of this type")
    after: str | None = Field(default=None, description="Cursor: what comes after it")
    before: str | None = Field(default=None, description="Cursor: what comes before it")
    page_size: int = Field(
        default=DEFAULT_LIMIT, alias="limit", ge=1, le=MAX_LIMIT, description="Entries a page"
    )


class VariableIn(Model):
    """What is left out stays as it is. A variable that is made needs a value."""

    model_config = ConfigDict(extra="forbid")

    type: VariableType | None = Field(default=None, description="Public by default; stays for ever")
    description: str | None = Field(default=None, max_length=280)
    value: str | None = Field(default=None, description="For the whole account; null takes it away")
    environment_values: dict[str, str | None] | None = Field(
        default=None, description="Environments' own values, which win there; null takes one away"
    )


class WrappedVariableIn(Model):
    variable: Annotated[Json, DocumentedAs(VariableIn)]


class VariableOut(Model):
    """Values that are set are shown; for those of a secret variable stand dots."""

    key: str
    type: VariableType
    description: str | None
    value: str | None
    environment_values: dict[str, str] | None = None
    inserted_at: str
    updated_at: str


class WrappedVariableOut(Model):
    variable: VariableOut


class VariablesPageOut(Model):
    entries: list[VariableOut]
    page_info: PageInfoOut


def variable_out(variable: Variable) -> Json:
    return {**_known(variable), "value": variable.value, "environment_values": variable.overrides}


def variable_in_out(variable: Variable, slug: str) -> Json:
    """As it is in one environment."""
    return {**_known(variable), "value": variable.value_in(slug)}


def _known(variable: Variable) -> Json:
    return {
        "key": variable.key,
        "type": variable.type.value,
        "description": variable.description,
        "inserted_at": to_iso(variable.created_at),
        "updated_at": to_iso(variable.updated_at),
    }
