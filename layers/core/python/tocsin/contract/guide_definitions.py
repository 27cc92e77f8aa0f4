"""Guide definitions on the wire. The models describe; `usecases/validate_guide.py` checks."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictBool, field_validator

from tocsin.contract.definitions import definition_out
from tocsin.contract.documented import DocumentedAs
from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.contract.step_shapes import ConditionsIn
from tocsin.domain.definition_views import Shown

Json = dict[str, Any]


class _Open(Model):
    """Fields that are not named here are kept and given back."""

    model_config = ConfigDict(extra="allow")


class GuideStepIn(_Open):
    """A piece of the product's interface. All strings of `values` are Liquid."""

    ref: str = Field(description="Unique within the guide")
    schema_key: str = Field(description="Names the component that draws it")
    schema_semver: str
    schema_variant_key: str
    name: str | None = None
    values: Json | None = None


class UrlPattern(_Open):
    """Where in the product; the browser decides. `pathname`, `search` or both."""

    directive: Literal["allow", "block"]
    pathname: str | None = None
    search: str | None = None


class GuideIn(_Open):
    """A guide as it is sent. Read-only fields may be present and do not count."""

    name: str = Field(max_length=255)
    description: str | None = Field(default=None, max_length=280)
    channel_key: str
    steps: list[GuideStepIn] = Field(min_length=1, max_length=20)
    activation_url_patterns: list[UrlPattern] | None = None
    tags: list[str] | None = None
    target_audience_key: str | None = Field(default=None, description="None: everybody")
    target_property_conditions: ConditionsIn | None = None


class GuideOut(_Open):
    """A guide as it was saved last, and whether it is active in this environment."""

    key: str
    name: str
    description: str | None = None
    type: str
    channel_key: str
    active: bool
    valid: bool
    environment: str
    steps: list[GuideStepIn]
    activation_url_patterns: list[UrlPattern]
    tags: list[str]
    target_audience_key: str | None
    target_property_conditions: ConditionsIn | None
    sha: str
    created_at: str
    updated_at: str


class WrappedGuideIn(Model):
    guide: Annotated[Json, DocumentedAs(GuideIn)]


class WrappedGuideOut(Model):
    guide: GuideOut


class GuidesPageOut(Model):
    entries: list[GuideOut]
    page_info: PageInfoOut


class ActivateGuideIn(Model):
    status: StrictBool | None = Field(default=None, description="Active or not; true by default")
    from_: None = Field(default=None, alias="from", description="Not supported yet")
    until: None = Field(default=None, description="Not supported yet")

    @field_validator("from_", "until", mode="before")
    @classmethod
    def _not_by_the_clock(cls, moment: object) -> object:
        """Taking no notice would show the guide at once."""
        if moment is not None:
            raise ValueError("activation at a given time is not supported yet; send `status` when it is time")
        return moment


def guide_out(env: str, shown: Shown) -> Json:
    """What is stored has passed validation, so it is valid."""
    guide_type = shown.draft.content["steps"][0]["schema_key"]
    return definition_out(env, shown.draft, type=guide_type, active=shown.active, valid=True)
