"""Branches on the wire."""

from typing import Any

from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.domain.branches import Branch
from tocsin.domain.clock import to_iso
from tocsin.domain.definitions import Commit


class BranchOut(Model):
    slug: str
    created_at: str
    updated_at: str
    deleted_at: str | None
    last_commit_at: str | None


class BranchesPageOut(Model):
    entries: list[BranchOut]
    page_info: PageInfoOut


def branch_out(branch: Branch, last: Commit | None) -> dict[str, Any]:
    """`last` is the newest commit on it. One that was deleted is not shown any more."""
    committed_at = to_iso(last.created_at) if last else None
    return {
        "slug": branch.slug,
        "created_at": to_iso(branch.created_at),
        "updated_at": committed_at or to_iso(branch.created_at),
        "deleted_at": None,
        "last_commit_at": committed_at,
    }
