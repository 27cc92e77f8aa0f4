"""The account on the wire, and what the management API's queries have in common."""

from typing import Annotated, Any, Literal

from pydantic import Field

from tocsin.contract.model import Model
from tocsin.domain.environments import DEVELOPMENT

ACCOUNT_NAME = "Tocsin"
ACCOUNT_SLUG = "tocsin"
DEFAULT_LIMIT = 50
MAX_LIMIT = 100


Branch = Annotated[str | None, Field(description="The slug of a branch of development")]


class EnvironmentQuery(Model):
    environment: str = Field(default=DEVELOPMENT, description="The environment's slug")
    branch: Branch = None


class PagedQuery(EnvironmentQuery):
    after: str | None = Field(default=None, description="Cursor: what comes after it")
    before: str | None = Field(default=None, description="Cursor: what comes before it")
    page_size: int = Field(
        default=DEFAULT_LIMIT, alias="limit", ge=1, le=MAX_LIMIT, description="Entries a page"
    )


class AccountFeatures(Model):
    """What the CLI asks before it offers a command."""

    translations_allowed: bool
    tenant_preferences_allowed: bool
    message_sent_limit: int | None


class WhoamiOut(Model):
    """Who the token speaks for."""

    account_name: str
    account_slug: str
    type: Literal["service_token"]
    service_token_name: str
    user_id: str | None
    user_email: str | None
    user_name: str | None
    account_features: AccountFeatures


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
            "translations_allowed": True,
            "tenant_preferences_allowed": True,
            "message_sent_limit": None,
        },
    }
