"""Save: write the draft of a workflow or a layout, and with it, if asked, the version that goes live."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tocsin.domain.definition_content import sha_of
from tocsin.domain.definitions import DefinitionKind, Draft
from tocsin.usecases.commit_definition import (
    Authorship,
    needs_commit,
    publication,
    require_committed_references,
)
from tocsin.usecases.ports import DefinitionHistory

Content = dict[str, Any]
Follows = Callable[[Draft | None, Content], tuple[str, ...]]


def nobody(_before: Draft | None, _content: Content) -> tuple[str, ...]:
    """No step follows its channel: of what is no workflow."""
    return ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """The draft as saving would leave it: the stored one, when nothing has changed."""

    draft: Draft
    is_changed: bool


def prepare(
    store: DefinitionHistory,
    env: str,
    kind: DefinitionKind,
    key: str,
    content: Content,
    now: datetime,
    follows: Follows = nobody,
) -> Prepared:
    before = store.draft(env, kind, key)
    sha = sha_of(content)
    if before is not None and before.sha == sha:
        return Prepared(before, is_changed=False)
    draft = before or Draft(kind, key, content, sha, created_at=now, updated_at=now)
    after = replace(draft, content=content, sha=sha, updated_at=now, follows=follows(before, content))
    return Prepared(after, is_changed=True)


def save(
    store: DefinitionHistory,
    env: str,
    kind: DefinitionKind,
    key: str,
    content: Content,
    now: datetime,
    follows: Follows = nobody,
) -> Draft:
    """Raises ConflictError when somebody else saved in between: their change must be seen before it is replaced."""
    prepared = prepare(store, env, kind, key, content, now, follows)
    if prepared.is_changed:
        store.save_draft(env, prepared.draft)
    return prepared.draft


def save_and_commit(
    store: DefinitionHistory,
    env: str,
    kind: DefinitionKind,
    key: str,
    content: Content,
    authorship: Authorship,
    *,
    allow_empty: bool = False,
    follows: Follows = nobody,
) -> Draft:
    """Both or neither. Raises ConflictError as `save` does, InvalidParamsError when what it names is not committed."""
    head = store.head(env, kind, key)
    prepared = prepare(store, env, kind, key, content, authorship.at, follows)
    draft = prepared.draft
    if needs_commit(head, draft.sha) or allow_empty:
        require_committed_references(store, env, kind, draft.content)
        store.publish(
            env, *publication(head, draft, authorship), draft=draft if prepared.is_changed else None
        )
    elif prepared.is_changed:
        store.save_draft(env, draft)
    return draft
