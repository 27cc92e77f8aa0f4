"""Commits: what is saved goes live, and from there to production."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders.definitions import Manager, email_step, layout, workflow
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.ids import is_uuid
from tocsin.lambda_kit.services import Services

KIND = DefinitionKind.WORKFLOW


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


def committed(manager: Manager, query: str = "") -> list[tuple[str, str]]:
    entries = manager.get("/commits", query).json["entries"]
    return sorted((entry["resource"]["type"], entry["resource"]["identifier"]) for entry in entries)


def live(services: Services, env: str, key: str = "welcome") -> Any:
    """The content that runs, None when nothing does."""
    head = services.definitions.head(env, KIND, key)
    if head is None or head.version_id is None:
        return None
    version = services.definitions.version(env, KIND, key, head.version_id)
    assert version is not None
    return version.content


def test_everything_that_has_changed_is_committed_and_nothing_twice(manager: Manager) -> None:
    manager.save("welcome")
    manager.save_layout("plain")
    assert manager.put("/commits", {}, "environment=development&commit_message=All").json == {
        "result": "success"
    }
    assert committed(manager) == [("email_layout", "plain"), ("workflow", "welcome")]

    manager.save("goodbye")
    manager.put("/commits", {})
    manager.put("/commits", {})
    assert committed(manager) == [("email_layout", "plain"), ("workflow", "goodbye"), ("workflow", "welcome")]


def test_one_resource_or_one_type_can_be_committed_alone(manager: Manager) -> None:
    for key in ("welcome", "goodbye"):
        manager.save(key)
    manager.save_layout("plain")

    manager.put("/commits", {}, "resource_type=workflow&resource_id=goodbye")
    assert committed(manager) == [("workflow", "goodbye")]
    manager.put("/commits", {}, "resource_type[]=email_layout")
    assert committed(manager) == [("email_layout", "plain"), ("workflow", "goodbye")]


def test_a_commit_tells_what_by_whom_and_why(manager: Manager) -> None:
    manager.save(query="commit=true&commit_message=Say%20hello")
    [entry] = manager.get("/commits").json["entries"]

    assert is_uuid(entry["id"])
    assert entry["resource"] == {"type": "workflow", "identifier": "welcome"}
    assert (entry["commit_message"], entry["environment"]) == ("Say hello", "development")
    assert entry["author"]["name"]
    assert manager.get(f"/commits/{entry['id']}").json == entry


def test_commits_are_listed_newest_first_in_pages_and_filtered(manager: Manager) -> None:
    for name in ("one", "two", "three"):
        manager.save(definition=workflow(name=name), query=f"commit=true&commit_message={name}")
    manager.save("other", query="commit=true&commit_message=other")

    def page(query: str) -> tuple[list[str], dict[str, Any]]:
        answer = manager.get("/commits", query).json
        return [entry["commit_message"] for entry in answer["entries"]], answer["page_info"]

    mine = "resource_type=workflow&resource_id=welcome&limit=2"
    first, info = page(mine)
    second, last = page(f"{mine}&after={info['after']}")
    back, _ = page(f"{mine}&before={last['before']}")
    assert (first, second, back) == (["three", "two"], ["one"], ["three", "two"])
    assert (info["before"], last["after"]) == (None, None)
    assert page("resource_type=email_layout")[0] == []


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("environment=production", "environment", "development only"),
        ("environment=nowhere", "environment", "there are development, production"),
        ("resource_type=audiences", "resource_type.0", "'email_layout', 'partial'"),
        ("resource_id=welcome", "query", "must be used together with resource_type"),
    ],
)
def test_a_commit_of_something_else_is_refused(
    manager: Manager, query: str, field: str, message: str
) -> None:
    manager.put("/commits", {}, query)
    assert message in manager.problems()[field]


@pytest.mark.parametrize("key", ["nothing", "No Key", "k" * 2000])
def test_a_commit_of_nothing_is_a_404(manager: Manager, key: str) -> None:
    assert manager.put("/commits", {}, f"resource_type=workflow&resource_id={key}").status == 404


@pytest.mark.parametrize("commit_id", ["x", "01a206dc-b1ab-80fd-ae86-f7eb41ef0a18", "9" * 2000])
def test_an_unknown_commit_is_a_404(manager: Manager, commit_id: str) -> None:
    assert manager.get(f"/commits/{commit_id}").status == 404
    assert manager.put(f"/commits/{commit_id}/promote").status == 404


@pytest.mark.parametrize("cursor", ["x", "!!", "a" * 5000, "eA"])
def test_a_cursor_that_is_none_is_refused(manager: Manager, cursor: str) -> None:
    for path in ("/commits", "/workflows"):
        manager.get(path, f"after={cursor}")
        assert list(manager.problems()) == ["after"]


def test_production_gets_what_is_committed_and_not_what_is_only_saved(
    manager: Manager, services: Services
) -> None:
    manager.save(definition=workflow(name="Committed"), query="commit=true")
    manager.save(definition=workflow(name="Saved"))
    assert manager.get("/workflows", "environment=production").json["entries"] == []

    assert manager.put("/commits/promote", {}, "to_environment=production").json == {"result": "success"}
    assert live(services, "production")["name"] == "Committed"
    shown = manager.get("/workflows/welcome", "environment=production").json
    assert (shown["name"], shown["environment"], shown["active"]) == ("Committed", "production", True)
    assert committed(manager, "environment=production") == [("workflow", "welcome")]


def test_promoting_again_makes_nothing(manager: Manager) -> None:
    manager.save(query="commit=true")
    for _ in range(2):
        manager.put("/commits/promote", {}, "to_environment=production")
    assert len(manager.get("/commits", "environment=production").json["entries"]) == 1


def test_an_earlier_commit_can_be_brought_back_to_production(manager: Manager, services: Services) -> None:
    for name in ("one", "two"):
        manager.save(definition=workflow(name=name), query=f"commit=true&commit_message={name}")
        manager.put("/commits/promote", {}, "to_environment=production")
    assert live(services, "production")["name"] == "two"
    first = manager.get("/commits").json["entries"][-1]

    promoted = manager.put(f"/commits/{first['id']}/promote").json["commit"]
    assert (promoted["environment"], promoted["id"] != first["id"]) == ("production", True)
    assert manager.get("/commits", "environment=production").json["entries"][0] == promoted
    assert live(services, "production")["name"] == "one"
    assert live(services, "development")["name"] == "two"


def test_what_is_live_already_is_answered_with_its_commit_there(manager: Manager) -> None:
    manager.save(query="commit=true")
    [commit] = manager.get("/commits").json["entries"]
    answers = [manager.put(f"/commits/{commit['id']}/promote").json["commit"] for _ in range(2)]

    assert manager.get("/commits", "environment=production").json["entries"] == answers[:1]
    assert answers[0] == answers[1]


def test_what_cannot_run_in_production_is_not_promoted(manager: Manager, services: Services) -> None:
    manager.save_layout("plain", layout(), "commit=true")
    manager.save(definition=workflow(email_step(settings={"layout_key": "plain"})), query="commit=true")

    manager.put("/commits/promote", {}, "to_environment=production&resource_type=workflow")
    assert manager.answer.status == 422
    assert live(services, "production") is None

    manager.put("/commits/promote", {}, "to_environment=production")
    assert manager.answer.status == 200
    assert live(services, "production") is not None


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("development", "no environment comes before 'development'"),
        ("moon", "there is no environment 'moon'"),
    ],
)
def test_there_must_be_an_environment_to_promote_from(manager: Manager, target: str, message: str) -> None:
    manager.put("/commits/promote", {}, f"to_environment={target}")
    assert message in manager.problems()["to_environment"]


def test_nothing_comes_after_production(manager: Manager) -> None:
    manager.save(query="commit=true")
    manager.put("/commits/promote", {}, "to_environment=production")
    [commit] = manager.get("/commits", "environment=production").json["entries"]

    manager.put(f"/commits/{commit['id']}/promote")
    assert manager.problems() == {"id": "no environment comes after 'production'"}
