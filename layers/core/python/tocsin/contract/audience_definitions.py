"""Definitions of audiences on the wire. The models describe; `usecases/validate_audience.py` checks."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from tocsin.contract.definitions import definition_out
from tocsin.contract.documented import DocumentedAs
from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.domain.definition_views import Shown

Json = dict[str, Any]


class _Open(Model):
    """Fields that are not named here are kept and given back."""

    model_config = ConfigDict(extra="allow")


class AudienceIn(_Open):
    """A list of users. Read-only fields may be present and do not count."""

    name: str = Field(max_length=255)
    type: Literal["static"] = Field(description="Dynamic audiences, of conditions, are refused")
    description: str | None = None


class AudienceOut(_Open):
    """An audience as it was saved last."""

    key: str
    name: str
    type: Literal["static"]
    description: str | None = None
    environment: str
    sha: str
    created_at: str
    updated_at: str


class WrappedAudienceIn(Model):
    audience: Annotated[Json, DocumentedAs(AudienceIn)]


class WrappedAudienceOut(Model):
    audience: AudienceOut


class AudiencesPageOut(Model):
    entries: list[AudienceOut]
    page_info: PageInfoOut


def audience_out(env: str, shown: Shown) -> Json:
    return definition_out(env, shown.draft)
