"""What definitions have in common on the wire: how they are listed, saved, committed and shown."""

from typing import Any

from pydantic import Field

from tocsin.contract.management import EnvironmentQuery, PagedQuery
from tocsin.contract.model import Model
from tocsin.domain.clock import to_iso
from tocsin.domain.definitions import Draft

MAX_MESSAGE = 2000


class AnnotateQuery(Model):
    annotate: bool = Field(
        default=False,
        description="Add `__annotation`: fields that are only shown, fields worth a file of their own",
    )


class ShowQuery(EnvironmentQuery, AnnotateQuery):
    hide_uncommitted_changes: bool = Field(
        default=False, description="Show what is committed, not what is saved"
    )


class ListQuery(PagedQuery, AnnotateQuery):
    hide_uncommitted_changes: bool = Field(
        default=False, description="Show what is committed, not what is saved"
    )


class ActivateQuery(EnvironmentQuery):
    status: bool | None = Field(default=None, description="As in the body, where the CLI cannot send one")


class UpsertQuery(EnvironmentQuery, AnnotateQuery):
    commit: bool = Field(default=False, description="Commit what is saved")
    force: bool = Field(
        default=False, description="Save it in whichever environment is named, not only in development"
    )
    commit_message: str = Field(
        default="", max_length=MAX_MESSAGE, description="Why, for the list of commits"
    )
    allow_empty: bool = Field(default=False, description="With `commit`: commit even if nothing has changed")


def definition_out(env: str, draft: Draft, **known: Any) -> dict[str, Any]:
    """The content as it came, under what is known of it: `known` is what only this kind of definition has."""
    return {
        "key": draft.key,
        **draft.content,
        **known,
        "environment": env,
        "sha": draft.sha,
        "created_at": to_iso(draft.created_at),
        "updated_at": to_iso(draft.updated_at),
    }
