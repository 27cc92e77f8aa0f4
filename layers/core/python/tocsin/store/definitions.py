"""Workflows and layouts: the draft that people edit, the head that runs, and every committed version.

A branch has drafts, heads and commits of its own. Versions never change and are named by a UUID, so those of a branch
lie with its environment's: runs under way read theirs there, whatever becomes of the branch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
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
        "follows": draft.follows or None,
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
        follows=tuple(item.get("follows", ())),
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
        "base": head.base,
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
        base=item.get("base"),
    )


def _version_from_item(kind: DefinitionKind, key: str, item: Item) -> Version:
    follows = tuple(item.get("follows", ()))
    return Version(kind, key, item["sk"], json_text.loads(item["content"]), follows)


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

    def __init__(self, table: Table, branch: str | None = None) -> None:
        self._table = table
        self._branch = branch
        self._versions: dict[tuple[str, str, str, str], Version] = {}

    def on_branch(self, branch_id: str | None) -> "DefinitionStore":
        """The definitions of a branch, in all that follows; None are these."""
        if branch_id is None:
            return self
        store = DefinitionStore(self._table, branch_id)
        store._versions = self._versions
        return store

    def _place(self, env: str) -> str:
        return keys.on_branch(env, self._branch)

    def _head_key(self, env: str, kind: DefinitionKind, key: str) -> Key:
        return keys.definition_head(self._place(env), kind, key), keys.HEAD

    def _draft_key(self, env: str, kind: DefinitionKind, key: str) -> Key:
        return keys.definition_drafts(self._place(env), kind), key

    def head(self, env: str, kind: DefinitionKind, key: str) -> Head | None:
        """Consistent: what was committed or switched off a moment ago counts at once."""
        item = self._table.get(self._head_key(env, kind, key), consistent=True)
        return _head_from_item(kind, key, item) if item else None

    def version(self, env: str, kind: DefinitionKind, key: str, version_id: str) -> Version | None:
        name = (env, kind.value, key, version_id)
        if name not in self._versions:
            item = self._table.get((keys.definition_versions(env, kind, key), version_id), consistent=True)
            if item is None:
                return None
            self._versions[name] = _version_from_item(kind, key, item)
        return self._versions[name]

    def draft(self, env: str, kind: DefinitionKind, key: str) -> Draft | None:
        item = self._table.get(self._draft_key(env, kind, key), consistent=True)
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
                keys.definition_drafts(self._place(env), kind),
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
        self._table.put(put_if_version(_draft_to_item(self._place(env), draft), draft.version))

    def save_head(self, env: str, head: Head) -> None:
        self._table.put(put_if_version(_head_to_item(self._place(env), head), head.version))

    def heads(self, env: str, kind: DefinitionKind, names: Iterable[str]) -> dict[str, Head]:
        """Those of several definitions at once, as a list shows them; what was never committed has none."""
        wanted = {self._head_key(env, kind, name): name for name in names}
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
            "follows": version.follows or None,
        }
        commit_item: dict[str, Any] = {
            "pk": keys.commits(self._place(env)),
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
                put_if_version(_head_to_item(self._place(env), head), head.version),
                Put(commit_item, ABSENT),
                *([put_if_version(_draft_to_item(self._place(env), draft), draft.version)] if draft else []),
            ]
        )

    def withdraw(self, found: Sequence[tuple[str, Draft | None, Head | None]]) -> None:
        """Takes drafts and heads away, by environment and compare-and-set: all or ConflictError. Versions stay."""
        deletes = []
        for env, draft, head in found:
            if draft is not None:
                deletes.append(_delete(self._draft_key(env, draft.kind, draft.key), draft.version))
            if head is not None:
                deletes.append(_delete(self._head_key(env, head.kind, head.key), head.version))
        self._table.transact(deletes)

    def commit(self, env: str, commit_id: str) -> Commit | None:
        item = self._table.get((keys.commits(self._place(env)), commit_id), consistent=True)
        return _commit_from_item(item) if item else None

    def commits(
        self, env: str, *, after: str | None, before: str | None, limit: int, descending: bool
    ) -> list[Commit]:
        page = self._table.query(
            keys.commits(self._place(env)),
            after=after,
            before=before,
            limit=limit,
            descending=descending,
            consistent=True,
        )
        return [_commit_from_item(item) for item in page.items]

    def audience_triggers(self, env: str) -> dict[str, tuple[str, ...]]:
        """The workflows that an audience triggers, by its key: of the environment, whatever the branch."""
        rows = self._table.query_all(keys.audience_triggers(env), consistent=True)
        return {row[keys.SK]: tuple(row["workflows"]) for row in rows}

    def put_audience_triggers(self, env: str, audience: str, workflows: Sequence[str]) -> None:
        """Instead of those that it triggered; none takes the row away."""
        pk, sk = keys.audience_triggers(env), audience
        if workflows:
            self._table.put(Put({"pk": pk, "sk": sk, "workflows": list(workflows)}))
        else:
            self._table.delete(Delete((pk, sk)))

    def copy(self, env: str, pairs: Iterable[tuple[Draft, Head]]) -> None:
        """Into a branch that nobody can have written to yet."""
        place, items = self._place(env), []
        for draft, head in pairs:
            items += [_draft_to_item(place, replace(draft, version=1))]
            items += [_head_to_item(place, replace(head, version=1))]
        self._table.put_all(items)

    def forget(self, env: str) -> None:
        """Whatever there is but versions, of a branch that is being deleted. Drafts lead to heads, so they go last."""
        place = self._place(env)
        for kind in DefinitionKind:
            drafts = self._keys(keys.definition_drafts(place, kind))
            self._table.delete_all(self._head_key(env, kind, name) for _, name in drafts)
            self._table.delete_all(drafts)
        self._table.delete_all(self._keys(keys.commits(place)))

    def _keys(self, partition: str) -> list[Key]:
        rows = self._table.query_all(partition, consistent=True)
        return [(row[keys.PK], row[keys.SK]) for row in rows]
