"""Account and environments on the wire, and what the management API's queries have in common."""

from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator

from tocsin.contract.paging import PageInfoOut
from tocsin.domain.clock import to_iso
from tocsin.domain.environments import DEVELOPMENT, Environment

ACCOUNT_NAME = "Tocsin"
ACCOUNT_SLUG = "tocsin"
DEFAULT_LIMIT = 50
MAX_LIMIT = 100


class EnvironmentQuery(BaseModel):
    environment: str = Field(default=DEVELOPMENT, description="The environment's slug")
    branch: str | None = Field(default=None, description="Not supported yet")

    @field_validator("branch")
    @classmethod
    def _no_branches(cls, branch: str | None) -> str | None:
        """Taking no notice would change the main line instead of the branch."""
        if branch:
            raise ValueError("branches are not supported yet")
        return branch


class PagedQuery(EnvironmentQuery):
    after: str | None = Field(default=None, description="Cursor: what comes after it")
    before: str | None = Field(default=None, description="Cursor: what comes before it")
    page_size: int = Field(
        default=DEFAULT_LIMIT, alias="limit", ge=1, le=MAX_LIMIT, description="Entries a page"
    )


class AccountFeatures(BaseModel):
    """What the CLI asks before it offers a command."""

    translations_allowed: bool
    tenant_preferences_allowed: bool
    message_sent_limit: int | None


class WhoamiOut(BaseModel):
    """Who the token speaks for."""

    account_name: str
    account_slug: str
    type: Literal["service_token"]
    service_token_name: str
    user_id: str | None
    user_email: str | None
    user_name: str | None
    account_features: AccountFeatures


class EnvironmentOut(BaseModel):
    """An environment. Commits are promoted along `order`."""

    slug: str
    name: str
    order: int
    owner: Literal["system", "user"]
    hide_pii_data: bool
    label_color: str | None
    last_commit_at: str | None
    created_at: str
    updated_at: str
    deleted_at: str | None


class EnvironmentsPageOut(BaseModel):
    entries: list[EnvironmentOut]
    page_info: PageInfoOut


def whoami_out(token_name: str) -> dict[str, Any]:
    return {
        "account_name": ACCOUNT_NAME,
        "account_slug": ACCOUNT_SLUG,
        "type": "service_token",
        "service_token_name": token_name,
        "user_id": None,
        "user_email": None,
        "user_name": None,
        "account_features": {
            "translations_allowed": False,
            "tenant_preferences_allowed": False,
            "message_sent_limit": None,
        },
    }


def environment_out(environment: Environment, last_commit_at: str | None) -> dict[str, Any]:
    return {
        "slug": environment.slug,
        "name": environment.name,
        "order": environment.order,
        "owner": "system",
        "hide_pii_data": False,
        "label_color": None,
        "last_commit_at": last_commit_at,
        "created_at": to_iso(environment.created_at),
        "updated_at": to_iso(environment.updated_at),
        "deleted_at": None,
    }
