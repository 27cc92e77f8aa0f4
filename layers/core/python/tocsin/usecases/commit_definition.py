"""Commit: what is saved becomes what runs. A commit without a change makes nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.domain.definition_content import is_key
from tocsin.domain.definition_views import Selection
from tocsin.domain.definitions import Commit, DefinitionKind, Draft, Head, Version
from tocsin.domain.errors import FieldProblem, InvalidParamsError, NotFoundError
from tocsin.domain.ids import NewUuid, time_ordered_uuid
from tocsin.usecases.named_partials import require_committed_partials
from tocsin.usecases.ports import DefinitionHistory
from tocsin.usecases.repeating import persistently
from tocsin.usecases.validate_workflow import layout_keys

PAGE = 100
# What others name comes first: they can go live only after it. Audiences and translations are there before anybody
# asks for them.
KINDS = (
    DefinitionKind.AUDIENCE,
    DefinitionKind.TRANSLATION,
    DefinitionKind.PARTIAL,
    DefinitionKind.EMAIL_LAYOUT,
    DefinitionKind.WORKFLOW,
    DefinitionKind.MESSAGE_TYPE,
    DefinitionKind.GUIDE,
)


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who commits, when and why."""

    author: str
    message: str
    at: datetime
    new_uuid: NewUuid


def needs_commit(head: Head | None, sha: str) -> bool:
    return head is None or head.sha != sha


def publication(head: Head | None, draft: Draft, authorship: Authorship) -> tuple[Version, Head, Commit]:
    """The three rows that put a draft's content live. What is new is active."""
    kind, key = draft.kind, draft.key
    version = Version(kind, key, authorship.new_uuid(), draft.content, draft.follows)
    live = Head(
        kind,
        key,
        version_id=version.id,
        sha=draft.sha,
        active=head.active if head else True,
        version=head.version if head else 0,
        has_schema=bool(draft.content.get("trigger_data_json_schema")),
        base=head.base if head else None,
    )
    commit_id = time_ordered_uuid(authorship.at, version.id)
    commit = Commit(commit_id, kind, key, version.id, authorship.message, authorship.author, authorship.at)
    return version, live, commit


def commit_one(
    store: DefinitionHistory,
    env: str,
    kind: DefinitionKind,
    key: str,
    authorship: Authorship,
    *,
    allow_empty: bool = False,
) -> None:
    """Raises NotFoundError when there is no such definition, InvalidParamsError when what it names is not committed."""
    if not is_key(key, kind):
        raise _no_definition(env, kind, key)

    def attempt() -> None:
        # The head before the draft: a commit that overtakes us in between then fails our write, not our reading.
        head = store.head(env, kind, key)
        draft = store.draft(env, kind, key)
        if draft is None:
            raise _no_definition(env, kind, key)
        if needs_commit(head, draft.sha) or allow_empty:
            require_committed_references(store, env, kind, draft.content)
            store.publish(env, *publication(head, draft, authorship))

    persistently(attempt, f"the {kind.value} {key!r} is being")


def _no_definition(env: str, kind: DefinitionKind, key: str) -> NotFoundError:
    return NotFoundError(f"there is no {kind.value} {key!r} in {env}")


def commit_all(store: DefinitionHistory, env: str, selection: Selection, authorship: Authorship) -> None:
    """Everything that has changed, each in a commit of its own. One that fails leaves those before it committed."""
    for kind in filter(selection.includes, KINDS):
        changed = [draft.key for draft, head in listed(store, env, kind) if needs_commit(head, draft.sha)]
        for key in changed:
            if selection.includes(kind, key):
                commit_one(store, env, kind, key, authorship)


def listed(store: DefinitionHistory, env: str, kind: DefinitionKind) -> Iterator[tuple[Draft, Head | None]]:
    """Every definition of a kind with its head, read page by page."""
    after: str | None = None
    while True:
        drafts = store.drafts(env, kind, after=after, before=None, limit=PAGE, descending=False)
        if not drafts:
            return
        heads = store.heads(env, kind, [draft.key for draft in drafts])
        yield from ((draft, heads.get(draft.key)) for draft in drafts)
        after = drafts[-1].key


def require_committed_references(
    store: DefinitionHistory, env: str, kind: DefinitionKind, content: Mapping[str, Any]
) -> None:
    """A definition goes live only with the layouts and partials it names. Raises InvalidParamsError."""
    require_committed_partials(store, env, kind, content)
    if kind is not DefinitionKind.WORKFLOW:
        return
    heads = store.heads(env, DefinitionKind.EMAIL_LAYOUT, layout_keys(content))
    missing = [key for key in layout_keys(content) if key not in heads or heads[key].version_id is None]
    if missing:
        message = f"the email layout {missing[0]!r} has no commit in {env}; commit or promote it first"
        raise InvalidParamsError([FieldProblem("layout_key", message, "missing_reference")])
