"""Definitions as they are shown: what was saved last, or only what is committed, and whether it is active."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from tocsin.domain.definition_content import is_key
from tocsin.domain.definition_views import Shown
from tocsin.domain.definitions import DefinitionKind, Draft, Head
from tocsin.usecases.ports import DefinitionHistory


class Library:
    """One environment's definitions of one kind. `committed` hides whatever has not been committed, `selects` looks
    at keys and says which are meant."""

    def __init__(
        self,
        store: DefinitionHistory,
        env: str,
        kind: DefinitionKind,
        *,
        committed: bool = False,
        selects: Callable[[str], bool] | None = None,
    ) -> None:
        self._store = store
        self._env = env
        self._kind = kind
        self._committed = committed
        self._selects = selects

    def one(self, key: str) -> Shown | None:
        if not is_key(key, self._kind):
            return None
        draft = self._store.draft(self._env, self._kind, key)
        found = self._shown([draft] if draft else [])
        return found[0] if found else None

    def page(self, *, after: str | None, before: str | None, limit: int, descending: bool) -> list[Shown]:
        """Up to `limit` by key, strictly between the bounds; reads on until the page is full or nothing is left."""
        found: list[Shown] = []
        while len(found) < limit:
            drafts = self._store.drafts(
                self._env, self._kind, after=after, before=before, limit=limit, descending=descending
            )
            found += self._shown(filter(self._is_meant, drafts))
            if not drafts or not (self._committed or self._selects):
                break
            after, before = (after, drafts[-1].key) if descending else (drafts[-1].key, before)
        return found[:limit]

    def _is_meant(self, draft: Draft) -> bool:
        return self._selects is None or self._selects(draft.key)

    def _shown(self, drafts: Iterable[Draft]) -> list[Shown]:
        wanted = list(drafts)
        heads = self._store.heads(self._env, self._kind, [draft.key for draft in wanted])
        shown = []
        for draft in wanted:
            head = heads.get(draft.key)
            visible = self._as_committed(draft, head) if self._committed else draft
            if visible is not None:
                shown.append(Shown(visible, active=head.active if head else True))
        return shown

    def _as_committed(self, draft: Draft, head: Head | None) -> Draft | None:
        if head is None or head.version_id is None or head.sha is None:
            return None
        if head.sha == draft.sha:
            return draft
        version = self._store.version(self._env, self._kind, draft.key, head.version_id)
        return replace(draft, content=version.content, sha=head.sha) if version else None
