"""Account, environments and channels on the wire, and what the management API's queries have in common."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator

from tocsin.contract.paging import PageInfoOut
from tocsin.domain.channels import EMAIL, Channel
from tocsin.domain.clock import to_iso
from tocsin.domain.environments import DEVELOPMENT, Environment

ACCOUNT_NAME = "Tocsin"
ACCOUNT_SLUG = "tocsin"
DEFAULT_LIMIT = 50
MAX_LIMIT = 100
# What may be shown of a channel's settings; a provider's credentials never are.
_SHOWN_SETTINGS = {
    EMAIL: ("from_address", "from_name", "reply_to_address", "cc_address", "bcc_address"),
}


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


class ChannelsQuery(PagedQuery):
    id: str | None = Field(default=None, description="Only the channel with this id")
    include: list[Literal["environment_settings"]] = Field(
        default_factory=list, description="What to add to each channel"
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


class ChannelSettingsOut(BaseModel):
    """A channel's configuration in one environment, without credentials."""

    id: str
    is_valid: bool
    is_sandbox: bool
    channel_settings: dict[str, Any]
    provider_settings: dict[str, Any]


class ChannelOut(BaseModel):
    """A way out. It has the same key and id in every environment that has it."""

    id: str
    key: str
    name: str
    type: str
    provider: str
    visible_in: list[str]
    environment_settings: dict[str, ChannelSettingsOut] | None = None
    archived_at: str | None
    custom_icon_url: str | None
    created_at: str
    updated_at: str


class ChannelsPageOut(BaseModel):
    entries: list[ChannelOut]
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


def channel_out(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.id,
        "key": channel.key,
        "name": channel.name,
        "type": channel.type,
        "provider": channel.provider,
        "visible_in": ["workflow"],
        "archived_at": None,
        "custom_icon_url": None,
        "created_at": to_iso(channel.created_at),
        "updated_at": to_iso(channel.updated_at),
    }


def environment_settings_out(channels: Mapping[str, Channel]) -> dict[str, Any]:
    """One channel as it is configured in each environment, by slug."""
    return {slug: _settings_out(channel) for slug, channel in channels.items()}


def _settings_out(channel: Channel) -> dict[str, Any]:
    shown = {name: channel.settings.get(name) for name in _SHOWN_SETTINGS.get(channel.type, ())}
    return {
        "id": channel.id,
        "is_valid": True,
        "is_sandbox": False,
        "channel_settings": {name: value for name, value in shown.items() if value is not None},
        "provider_settings": {},
    }
