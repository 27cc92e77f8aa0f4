"""Workflows and layouts: the draft that people edit, the head that runs, and every committed version."""

from collections.abc import Iterable, Sequence
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.definitions import Commit, DefinitionKind, Draft, Head, Version
from tocsin.store import keys
from tocsin.store.table import ABSENT, SAME_VERSION, Delete, Item, Key, Put, Table, put_if_version


def _draft_to_item(env: str, draft: Draft) -> Item:
    return {
        "pk": keys.definition_drafts(env, draft.kind),
        "sk": draft.key,
        "content": json_text.dumps(draft.content),
        "sha": draft.sha,
        "created_at": to_iso(draft.created_at),
        "updated_at": to_iso(draft.updated_at),
        "version": draft.version,
    }


def _draft_from_item(kind: DefinitionKind, item: Item) -> Draft:
    return Draft(
        kind=kind,
        key=item["sk"],
        content=json_text.loads(item["content"]),
        sha=item["sha"],
        created_at=from_iso(item["created_at"]),
        updated_at=from_iso(item["updated_at"]),
        version=item["version"],
    )


def _head_to_item(env: str, head: Head) -> Item:
    return {
        "pk": keys.definition_head(env, head.kind, head.key),
        "sk": keys.HEAD,
        "version_id": head.version_id,
        "sha": head.sha,
        "active": head.active,
        "has_schema": head.has_schema or None,
        "version": head.version,
    }


def _head_from_item(kind: DefinitionKind, key: str, item: Item) -> Head:
    return Head(
        kind=kind,
        key=key,
        version_id=item.get("version_id"),
        sha=item.get("sha"),
        active=item["active"],
        version=item["version"],
        has_schema=item.get("has_schema", False),
    )


def _commit_from_item(item: Item) -> Commit:
    return Commit(
        id=item["sk"],
        kind=DefinitionKind(item["kind"]),
        key=item["key"],
        version_id=item["version_id"],
        message=item["message"],
        author=item["author"],
        created_at=from_iso(item["created_at"]),
    )


def _delete(key: Key, version: int) -> Delete:
    return Delete(key, SAME_VERSION, {":version": version})


class DefinitionStore:
    """Versions are immutable, so one that was read is kept for the life of the process."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._versions: dict[tuple[str, str, str, str], Version] = {}

    def head(self, env: str, kind: DefinitionKind, key: str) -> Head | None:
        """Consistent: what was committed or switched off a moment ago counts at once."""
        item = self._table.get((keys.definition_head(env, kind, key), keys.HEAD), consistent=True)
        return _head_from_item(kind, key, item) if item else None

    def version(self, env: str, kind: DefinitionKind, key: str, version_id: str) -> Version | None:
        name = (env, kind.value, key, version_id)
        if name not in self._versions:
            item = self._table.get((keys.definition_versions(env, kind, key), version_id), consistent=True)
            if item is None:
                return None
            self._versions[name] = Version(kind, key, version_id, json_text.loads(item["content"]))
        return self._versions[name]

    def draft(self, env: str, kind: DefinitionKind, key: str) -> Draft | None:
        item = self._table.get((keys.definition_drafts(env, kind), key), consistent=True)
        return _draft_from_item(kind, item) if item else None

    def drafts(
        self,
        env: str,
        kind: DefinitionKind,
        *,
        after: str | None,
        before: str | None,
        limit: int,
        descending: bool,
    ) -> list[Draft]:
        """Up to `limit` drafts by key, strictly between the bounds, in as many queries of 1 MB as that takes."""
        items: list[Item] = []
        start: Item | None = None
        while True:
            page = self._table.query(
                keys.definition_drafts(env, kind),
                after=after,
                before=before,
                limit=limit - len(items),
                start=start,
                descending=descending,
                consistent=True,
            )
            items += page.items
            start = page.last
            if start is None or len(items) >= limit:
                return [_draft_from_item(kind, item) for item in items]

    def save_draft(self, env: str, draft: Draft) -> None:
        """ConflictError when somebody saved in between."""
        self._table.put(put_if_version(_draft_to_item(env, draft), draft.version))

    def save_head(self, env: str, head: Head) -> None:
        self._table.put(put_if_version(_head_to_item(env, head), head.version))

    def heads(self, env: str, kind: DefinitionKind, names: Iterable[str]) -> dict[str, Head]:
        """Those of several definitions at once, as a list shows them; what was never committed has none."""
        wanted = {(keys.definition_head(env, kind, name), keys.HEAD): name for name in names}
        found = self._table.batch_get(wanted, consistent=True)
        return {wanted[key]: _head_from_item(kind, wanted[key], item) for key, item in found.items()}

    def publish(
        self, env: str, version: Version, head: Head, commit: Commit, draft: Draft | None = None
    ) -> None:
        """The version, the head that points at it, the commit and the draft if given: all or none (ConflictError)."""
        version_item: dict[str, Any] = {
            "pk": keys.definition_versions(env, version.kind, version.key),
            "sk": version.id,
            "content": json_text.dumps(version.content),
        }
        commit_item: dict[str, Any] = {
            "pk": keys.commits(env),
            "sk": commit.id,
            "kind": commit.kind.value,
            "key": commit.key,
            "version_id": commit.version_id,
            "message": commit.message,
            "author": commit.author,
            "created_at": to_iso(commit.created_at),
        }
        self._table.transact(
            [
                Put(version_item, ABSENT),
                put_if_version(_head_to_item(env, head), head.version),
                Put(commit_item, ABSENT),
                *([put_if_version(_draft_to_item(env, draft), draft.version)] if draft else []),
            ]
        )

    def withdraw(self, found: Sequence[tuple[str, Draft | None, Head | None]]) -> None:
        """Takes drafts and heads away, by environment and compare-and-set: all or ConflictError. Versions stay."""
        deletes = []
        for env, draft, head in found:
            if draft is not None:
                deletes.append(_delete((keys.definition_drafts(env, draft.kind), draft.key), draft.version))
            if head is not None:
                deletes.append(
                    _delete((keys.definition_head(env, head.kind, head.key), keys.HEAD), head.version)
                )
        self._table.transact(deletes)

    def commit(self, env: str, commit_id: str) -> Commit | None:
        item = self._table.get((keys.commits(env), commit_id), consistent=True)
        return _commit_from_item(item) if item else None

    def commits(
        self, env: str, *, after: str | None, before: str | None, limit: int, descending: bool
    ) -> list[Commit]:
        page = self._table.query(
            keys.commits(env), after=after, before=before, limit=limit, descending=descending, consistent=True
        )
        return [_commit_from_item(item) for item in page.items]
