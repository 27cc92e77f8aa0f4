"""Environments on the wire. Reading them is as in the management API of Knock, which has a page for making them;
writing them is Tocsin's own. `usecases/configure_environments.py` checks."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from tocsin.contract.documented import DocumentedAs
from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.domain.clock import to_iso
from tocsin.domain.environments import DEVELOPMENT, PRODUCTION, Environment


class EnvironmentIn(Model):
    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, max_length=100, description="For people; from the slug by default")
    default_locale: str | None = Field(
        default=None, description="What translations speak where there are none in a recipient's locale"
    )
    default_timezone: str | None = Field(
        default=None,
        description="Where windows and schedules read the clock for recipients without a `timezone`",
    )
    after: str | None = Field(
        default=None, description="Needed for a new one: the environment whose commits are promoted to it"
    )


class WrappedEnvironmentIn(Model):
    environment: Annotated[dict[str, Any], DocumentedAs(EnvironmentIn)]


class EnvironmentOut(Model):
    """An environment. Commits are promoted along `order`."""

    slug: str
    name: str
    default_locale: str
    default_timezone: str
    order: int
    owner: Literal["system", "user"]
    hide_pii_data: bool
    label_color: str | None
    last_commit_at: str | None
    created_at: str
    updated_at: str
    deleted_at: str | None


class WrappedEnvironmentOut(Model):
    environment: EnvironmentOut


class EnvironmentsPageOut(Model):
    entries: list[EnvironmentOut]
    page_info: PageInfoOut


def environment_out(environment: Environment, last_commit_at: str | None) -> dict[str, Any]:
    return {
        "slug": environment.slug,
        "name": environment.name,
        "default_locale": environment.default_locale,
        "default_timezone": environment.default_timezone,
        "order": environment.order,
        "owner": "system" if environment.slug in (DEVELOPMENT, PRODUCTION) else "user",
        "hide_pii_data": False,
        "label_color": None,
        "last_commit_at": last_commit_at,
        "created_at": to_iso(environment.created_at),
        "updated_at": to_iso(environment.updated_at),
        "deleted_at": None,
    }
