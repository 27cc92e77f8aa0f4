"""Branches: definitions of development that change apart from it until they are merged."""

import re
from dataclasses import dataclass
from datetime import datetime

# Each is a copy of all that is committed; whoever looks for a commit by its id alone looks into each.
MAX_BRANCHES = 100
_SLUG = re.compile(r"[a-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Branch:
    """`id` is what rows lie under: a branch of the same slug that is made later never meets what this one left."""

    id: str
    slug: str
    created_at: datetime


def slug_problem(slug: str) -> str | None:
    """Why a slug cannot be one, or None."""
    if _SLUG.fullmatch(slug):
        return None
    return "must be 1 to 64 characters of a-z, 0-9, - and _, for the CLI keeps no other in its .knockbranch"
