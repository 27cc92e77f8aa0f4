"""Commits on the wire."""

from typing import Any, Self

from pydantic import Field, model_validator

from tocsin.contract.definitions import MAX_MESSAGE
from tocsin.contract.management import EnvironmentQuery, PagedQuery
from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.domain.clock import to_iso
from tocsin.domain.definition_views import Selection
from tocsin.domain.definitions import Commit, DefinitionKind

SUCCESS = {"result": "success"}


class ResourceFilter(Model):
    """Which resources a call is about; all of them by default."""

    resource_type: list[DefinitionKind] = Field(default_factory=list, description="Only these types")
    resource_id: str | None = Field(default=None, description="Only this key; needs `resource_type`")

    @model_validator(mode="after")
    def _id_needs_type(self) -> Self:
        if self.resource_id and not self.resource_type:
            raise ValueError("resource_id must be used together with resource_type")
        return self

    def selection(self) -> Selection:
        return Selection(tuple(self.resource_type), self.resource_id or None)


class CommitsQuery(PagedQuery, ResourceFilter):
    promoted: bool | None = Field(default=None, description="Not supported yet")

    @model_validator(mode="after")
    def _no_promoted_filter(self) -> Self:
        if self.promoted is not None:
            raise ValueError("the filter promoted is not supported yet")
        return self


class CommitQuery(EnvironmentQuery, ResourceFilter):
    commit_message: str = Field(
        default="", max_length=MAX_MESSAGE, description="Why, for the list of commits"
    )
    allow_empty: bool = Field(
        default=False, description="With one type and one id: commit even if nothing has changed"
    )


class PromoteQuery(ResourceFilter):
    to_environment: str = Field(description="The environment that gets what the one before it has")
    branch: str | None = Field(
        default=None, description="The branch that is merged; `to_environment` is then development"
    )


class CommitAuthorOut(Model):
    name: str | None
    email: str


class CommitResourceOut(Model):
    type: DefinitionKind
    identifier: str


class CommitOut(Model):
    """One resource as it was when it went live."""

    id: str
    resource: CommitResourceOut
    author: CommitAuthorOut
    commit_message: str
    environment: str
    created_at: str


class WrappedCommitOut(Model):
    commit: CommitOut


class CommitsPageOut(Model):
    entries: list[CommitOut]
    page_info: PageInfoOut


class ResultOut(Model):
    result: str


def commit_out(env: str, commit: Commit) -> dict[str, Any]:
    """A service token has a name and no email address."""
    return {
        "id": commit.id,
        "resource": {"type": commit.kind.value, "identifier": commit.key},
        "author": {"name": commit.author, "email": ""},
        "commit_message": commit.message,
        "environment": env,
        "created_at": to_iso(commit.created_at),
    }
