"""Promote: what is committed in one environment goes live in the next one."""

from dataclasses import replace
from datetime import datetime

from tocsin.domain.definition_content import sha_of
from tocsin.domain.definition_views import Selection
from tocsin.domain.definitions import Commit, DefinitionKind, Draft, Version
from tocsin.domain.environments import Environment
from tocsin.domain.errors import FieldProblem, InvalidParamsError, NotFoundError
from tocsin.domain.listing import Span
from tocsin.usecases.channel_ports import Channels
from tocsin.usecases.commit_definition import (
    KINDS,
    Authorship,
    listed,
    needs_commit,
    publication,
    require_committed_references,
)
from tocsin.usecases.find_commits import find_commits
from tocsin.usecases.ports import DefinitionHistory, Environments
from tocsin.usecases.repeating import persistently
from tocsin.usecases.validate_guide import validate_guide
from tocsin.usecases.validate_workflow import validate_workflow


class Promotion:
    """Promotes into the environment that follows; checks that what is promoted can run there."""

    def __init__(
        self,
        definitions: DefinitionHistory,
        channels: Channels,
        environments: Environments,
        authorship: Authorship,
    ) -> None:
        self._definitions = definitions
        self._channels = channels
        self._environments = environments
        self._authorship = authorship

    def one(self, commit_id: str) -> tuple[str, Commit]:
        """The environment where its content is live now, and the commit that it has there, be it new or not. Raises
        NotFoundError for an unknown commit, InvalidParamsError when there is nowhere to promote it."""
        source, commit = find_commit(self._definitions, self._environments, commit_id)
        target = _neighbour(self._environments, source, 1, "id")
        self._publish(source, target, commit.kind, commit.key, commit.version_id)
        same = Selection((commit.kind,), commit.key)
        latest = find_commits(self._definitions, target, same, Span(), size=1)
        return target, next(iter(latest.items), commit)

    def all(self, target: str, selection: Selection) -> None:
        """Everything committed in the preceding environment that differs, each in a commit of its own."""
        source = _neighbour(self._environments, target, -1, "to_environment")
        for kind in filter(selection.includes, KINDS):
            heads = [head for _, head in listed(self._definitions, source, kind) if head is not None]
            for head in heads:
                if head.version_id is not None and selection.includes(kind, head.key):
                    self._publish(source, target, kind, head.key, head.version_id)

    def _publish(self, source: str, target: str, kind: DefinitionKind, key: str, version_id: str) -> None:
        version = self._definitions.version(source, kind, key, version_id)
        if version is None:
            raise NotFoundError(f"version {version_id} of {key!r} does not exist in {source}")
        persistently(lambda: self._attempt(target, version), f"the {kind.value} {key!r} is being")

    def _attempt(self, target: str, version: Version) -> None:
        head = self._definitions.head(target, version.kind, version.key)
        before = self._definitions.draft(target, version.kind, version.key)
        draft = promoted_draft(before, version, self._authorship.at)
        if needs_commit(head, draft.sha):
            require_runnable(self._definitions, self._channels, target, version)
            rows = publication(head, draft, self._authorship)
            self._definitions.publish(target, *rows, draft=draft)


def promoted_draft(before: Draft | None, version: Version, now: datetime) -> Draft:
    """What was saved in the target, replaced by the version's content."""
    sha, content, follows = sha_of(version.content), version.content, version.follows
    if before is None:
        return Draft(version.kind, version.key, content, sha, created_at=now, updated_at=now, follows=follows)
    return replace(before, content=content, sha=sha, updated_at=now, follows=follows)


def require_runnable(
    definitions: DefinitionHistory, channels: Channels, target: str, version: Version
) -> None:
    """Channels, layouts and partials are the target's own; the rest was checked when it was saved."""
    if version.kind is DefinitionKind.WORKFLOW:
        validate_workflow(definitions, channels, target, version.key, version.content)
    if version.kind is DefinitionKind.GUIDE:
        validate_guide(channels, target, version.key, version.content)
    require_committed_references(definitions, target, version.kind, version.content)


def find_commit(
    definitions: DefinitionHistory, environments: Environments, commit_id: str
) -> tuple[str, Commit]:
    """A commit and its environment, from its id alone. Raises NotFoundError."""
    for environment in environments.all():
        commit = definitions.commit(environment.slug, commit_id)
        if commit is not None:
            return environment.slug, commit
    raise NotFoundError(f"there is no commit {commit_id!r}")


def _neighbour(environments: Environments, slug: str, distance: int, field: str) -> str:
    """The environment so many places after `slug`. Raises InvalidParamsError where there is none."""
    ordered: list[Environment] = environments.all()
    slugs = [environment.slug for environment in ordered]
    if slug not in slugs:
        message = f"there is no environment {slug!r}; there are {', '.join(slugs)}"
        raise InvalidParamsError([FieldProblem(field, message, "missing_reference")])
    position = slugs.index(slug) + distance
    if not 0 <= position < len(slugs):
        message = f"no environment comes {'after' if distance > 0 else 'before'} {slug!r}"
        raise InvalidParamsError([FieldProblem(field, message, "invalid")])
    return slugs[position]
