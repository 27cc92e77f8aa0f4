"""Merge: what changed on a branch goes live in development.

The branch remembers of each definition what development had when both were the same. Where development has something
else by now, the two have gone apart: nobody's work is overwritten, and nothing is merged before somebody decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tocsin.domain.definition_content import sha_of
from tocsin.domain.definition_views import Selection
from tocsin.domain.definitions import Commit, DefinitionKind, Draft, Head, Version
from tocsin.domain.environments import DEVELOPMENT
from tocsin.domain.errors import FieldProblem, InvalidParamsError, NotFoundError
from tocsin.usecases.channel_ports import Channels
from tocsin.usecases.commit_definition import KINDS, Authorship, listed, publication
from tocsin.usecases.ports import DefinitionHistory
from tocsin.usecases.promote_definition import promoted_draft, require_runnable
from tocsin.usecases.repeating import persistently


@dataclass(frozen=True, slots=True)
class Merging:
    """Raises InvalidParamsError where development and the branch have gone apart, with every such definition."""

    main: DefinitionHistory
    branch: DefinitionHistory
    channels: Channels
    authorship: Authorship

    def all(self, selection: Selection) -> None:
        """Every definition that was committed on the branch, each in a commit of its own."""
        changed = list(self._changed(selection))
        _refuse([self._conflict(head, head.sha or "") for head in changed])
        for head in changed:
            self._publish(head.kind, head.key, head.version_id or "")

    def one(self, commit: Commit) -> None:
        self._publish(commit.kind, commit.key, commit.version_id)

    def _changed(self, selection: Selection) -> Iterator[Head]:
        for kind in filter(selection.includes, KINDS):
            for _, head in listed(self.branch, DEVELOPMENT, kind):
                is_changed = head is not None and head.version_id is not None and head.sha != head.base
                if head is not None and is_changed and selection.includes(kind, head.key):
                    yield head

    def _publish(self, kind: DefinitionKind, key: str, version_id: str) -> None:
        version = self.main.version(DEVELOPMENT, kind, key, version_id)
        if version is None:
            raise NotFoundError(f"version {version_id} of {key!r} does not exist in {DEVELOPMENT}")
        persistently(lambda: self._attempt(version), f"the {kind.value} {key!r} is being")

    def _attempt(self, version: Version) -> None:
        """Live first, then the note that both are the same: whoever is interrupted in between merges nothing twice."""
        sha, kind, key = sha_of(version.content), version.kind, version.key
        head, draft = self.main.head(DEVELOPMENT, kind, key), self.main.draft(DEVELOPMENT, kind, key)
        ours = self.branch.head(DEVELOPMENT, kind, key)
        if ours is None:
            raise NotFoundError(f"the {kind.value} {key!r} is not on the branch any more")
        if head is None or head.sha != sha:
            _refuse([_apart(kind, key, ours.base, head, draft, sha)])
            require_runnable(self.main, self.channels, DEVELOPMENT, version)
            merged = promoted_draft(draft, version, self.authorship.at)
            rows = publication(head, merged, self.authorship)
            self.main.publish(DEVELOPMENT, *rows, draft=merged)
        if ours.base != sha:
            self.branch.save_head(DEVELOPMENT, replace(ours, base=sha))

    def _conflict(self, ours: Head, sha: str) -> FieldProblem | None:
        head = self.main.head(DEVELOPMENT, ours.kind, ours.key)
        draft = self.main.draft(DEVELOPMENT, ours.kind, ours.key)
        return _apart(ours.kind, ours.key, ours.base, head, draft, sha)


def _apart(
    kind: DefinitionKind, key: str, base: str | None, head: Head | None, draft: Draft | None, sha: str
) -> FieldProblem | None:
    """Why development cannot simply take this content, or None."""
    live = head.sha if head else None
    field, name = f"{kind.value}.{key}", f"the {kind.value.replace('_', ' ')} {key!r}"
    if live not in (base, sha):
        message = f"{name} has changed in {DEVELOPMENT} too; put both together there, and push the same to the branch"
        return FieldProblem(field, message, "merge_conflict")
    if draft is not None and draft.sha not in (live, sha):
        message = f"{name} has changes in {DEVELOPMENT} that are not committed; commit them or take them back"
        return FieldProblem(field, message, "merge_conflict")
    return None


def _refuse(found: list[FieldProblem | None]) -> None:
    problems = [problem for problem in found if problem is not None]
    if problems:
        raise InvalidParamsError(problems)
