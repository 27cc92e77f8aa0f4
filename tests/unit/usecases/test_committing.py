"""Races around a commit, told with a store that lets somebody else go first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders.definitions import layout, workflow
from tocsin.domain.definition_content import content_of
from tocsin.domain.definition_views import Selection
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import ConflictError
from tocsin.domain.ids import random_uuid
from tocsin.lambda_kit.services import Services
from tocsin.store.definitions import DefinitionStore
from tocsin.usecases import commit_definition
from tocsin.usecases.activate_definition import activate_definition
from tocsin.usecases.commit_definition import Authorship, commit_all, commit_one
from tocsin.usecases.save_definition import save, save_and_commit

ENV, KIND, KEY = "development", DefinitionKind.WORKFLOW, "welcome"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
BY = Authorship("jane", "why", NOW, random_uuid)


@dataclass
class Team:
    """Two people over one table: `store` is ours, `theirs` the other's."""

    store: DefinitionStore
    theirs: DefinitionStore

    def save(self, name: str, store: DefinitionStore | None = None) -> None:
        content = content_of(KIND, workflow(name=name))
        save(store or self.store, ENV, KIND, KEY, content, NOW)

    def they_save_and_commit(self, name: str) -> None:
        save_and_commit(self.theirs, ENV, KIND, KEY, content_of(KIND, workflow(name=name)), BY)

    def running(self) -> str | None:
        head = self.theirs.head(ENV, KIND, KEY)
        if head is None or head.version_id is None:
            return None
        version = self.theirs.version(ENV, KIND, KEY, head.version_id)
        assert version is not None
        return str(version.content["name"])

    def commits(self) -> int:
        return len(self.theirs.commits(ENV, after=None, before=None, limit=100, descending=True))


@pytest.fixture
def team(services: Services) -> Team:
    return Team(DefinitionStore(services.table), DefinitionStore(services.table))


def before(method: Callable[..., Any], act: Callable[[], None], times: int = 1) -> Callable[..., Any]:
    """The method, but somebody else acts first, so many times."""
    left = iter(range(times))

    def overtaken(*arguments: Any, **options: Any) -> Any:
        if next(left, None) is not None:
            act()
        return method(*arguments, **options)

    return overtaken


def test_a_commit_that_is_overtaken_does_not_bring_back_the_older_version(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.save("ours")
    overtaken = before(team.store.publish, lambda: team.they_save_and_commit("theirs"))
    monkeypatch.setattr(team.store, "publish", overtaken)

    commit_one(team.store, ENV, KIND, KEY, BY)

    assert team.running() == "theirs"
    assert team.commits() == 1


def test_a_commit_between_reading_the_head_and_the_draft_is_noticed(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.save("ours")
    monkeypatch.setattr(
        team.store, "draft", before(team.store.draft, lambda: team.they_save_and_commit("theirs"))
    )

    commit_one(team.store, ENV, KIND, KEY, BY)

    assert team.running() == "theirs"
    assert team.commits() == 1


def test_switching_off_during_a_commit_is_not_undone(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.they_save_and_commit("first")
    team.save("second")

    def switch_off() -> None:
        activate_definition(team.theirs, ENV, KIND, KEY, active=False)

    monkeypatch.setattr(team.store, "publish", before(team.store.publish, switch_off))
    commit_one(team.store, ENV, KIND, KEY, BY)

    head = team.theirs.head(ENV, KIND, KEY)
    assert head is not None
    assert (team.running(), head.active) == ("second", False)


def test_a_commit_during_switching_off_is_not_undone(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.they_save_and_commit("first")
    overtaken = before(team.store.save_head, lambda: team.they_save_and_commit("second"))
    monkeypatch.setattr(team.store, "save_head", overtaken)

    activate_definition(team.store, ENV, KIND, KEY, active=False)

    head = team.theirs.head(ENV, KIND, KEY)
    assert head is not None
    assert (team.running(), head.active) == ("second", False)


def test_switching_to_what_it_is_already_writes_nothing(team: Team) -> None:
    team.they_save_and_commit("first")
    version = team.theirs.head(ENV, KIND, KEY)
    activate_definition(team.store, ENV, KIND, KEY, active=True)
    assert team.theirs.head(ENV, KIND, KEY) == version


def test_saving_and_committing_is_all_or_nothing(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.they_save_and_commit("first")

    def switch_off() -> None:
        activate_definition(team.theirs, ENV, KIND, KEY, active=False)

    monkeypatch.setattr(team.store, "publish", before(team.store.publish, switch_off))
    with pytest.raises(ConflictError):
        save_and_commit(team.store, ENV, KIND, KEY, content_of(KIND, workflow(name="second")), BY)

    draft = team.theirs.draft(ENV, KIND, KEY)
    assert draft is not None
    assert (draft.content["name"], team.running(), team.commits()) == ("first", "first", 1)


def test_an_endless_race_ends_in_a_conflict(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.save("ours")

    def refuse(*_: Any) -> None:
        raise ConflictError("again")

    monkeypatch.setattr(team.store, "publish", refuse)
    with pytest.raises(ConflictError):
        commit_one(team.store, ENV, KIND, KEY, BY)


def test_all_definitions_are_committed_however_many_pages_they_fill(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit_definition, "PAGE", 3)
    store = services.definitions
    keys = [f"workflow-{number}" for number in range(7)]
    for key in keys:
        save(store, ENV, KIND, key, content_of(KIND, workflow()), NOW)
    save(
        store,
        ENV,
        DefinitionKind.EMAIL_LAYOUT,
        "plain",
        content_of(DefinitionKind.EMAIL_LAYOUT, layout()),
        NOW,
    )

    commit_all(store, ENV, Selection(), BY)

    heads = store.heads(ENV, KIND, keys)
    assert sorted(heads) == keys
    assert all(head.version_id for head in heads.values())
    assert store.head(ENV, DefinitionKind.EMAIL_LAYOUT, "plain") is not None
