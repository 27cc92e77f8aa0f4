"""Workflow definitions, as the CLI and the dashboards of this world save, list and switch them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.builders.definitions import Manager, delay_step, email_step, in_app_step, workflow
from tocsin.domain.definitions import DefinitionKind
from tocsin.lambda_kit.services import Services
from tocsin.store.definitions import DefinitionStore

KIND = DefinitionKind.WORKFLOW


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


def head(services: Services, key: str = "welcome", env: str = "development") -> Any:
    return services.definitions.head(env, KIND, key)


def test_a_saved_workflow_comes_back_with_all_that_we_know_of_it(manager: Manager) -> None:
    saved = manager.save(
        "welcome", workflow(in_app_step(), delay_step(), email_step(), description="Says hello")
    )

    assert saved.status == 200
    shown = saved.json["workflow"]
    assert manager.get("/workflows/welcome").json == shown
    assert shown["key"] == "welcome"
    assert shown["name"] == "Welcome"
    assert shown["description"] == "Says hello"
    assert [step["ref"] for step in shown["steps"]] == ["in_app_1", "delay_1", "email_1"]
    assert (shown["active"], shown["valid"], shown["environment"]) == (True, True, "development")
    assert (shown["categories"], shown["tags"], shown["settings"]) == ([], [], {})
    assert shown["trigger_frequency"] == "every_trigger"
    assert shown["created_at"] == shown["updated_at"]
    assert len(shown["sha"]) == 64


def test_what_is_only_saved_does_not_run(manager: Manager, services: Services) -> None:
    manager.save()
    assert head(services) is None


def test_saving_and_committing_at_once_makes_it_run(manager: Manager, services: Services) -> None:
    sha = manager.save(query="commit=true&commit_message=First").json["workflow"]["sha"]

    live = head(services)
    assert (live.sha, live.active) == (sha, True)
    version = services.definitions.version("development", KIND, "welcome", live.version_id)
    assert version is not None
    assert version.content["name"] == "Welcome"
    [commit] = manager.get("/commits").json["entries"]
    assert commit["commit_message"] == "First"


def test_saving_the_same_again_changes_nothing(manager: Manager, services: Services) -> None:
    first = manager.save(query="commit=true").json
    version = head(services).version_id

    assert manager.save(query="commit=true").json == first
    assert manager.save(definition=dict(reversed(workflow().items()))).json == first
    assert head(services).version_id == version
    assert len(manager.get("/commits").json["entries"]) == 1


def test_an_empty_commit_is_made_when_it_is_asked_for(manager: Manager, services: Services) -> None:
    manager.save(query="commit=true")
    before = head(services)
    manager.save(query="commit=true&allow_empty=true")

    assert head(services).version_id != before.version_id
    assert head(services).sha == before.sha
    assert len(manager.get("/commits").json["entries"]) == 2


def test_sending_back_an_answer_changes_nothing(manager: Manager) -> None:
    """The CLI without annotations does exactly this."""
    first = manager.save().json
    assert manager.save(definition=first["workflow"]).json == first


def test_a_change_moves_the_hash_and_the_time_of_update_only(manager: Manager) -> None:
    before = manager.save().json["workflow"]
    after = manager.save(definition=workflow(name="Welcome back")).json["workflow"]

    assert after["sha"] != before["sha"]
    assert after["created_at"] == before["created_at"]
    assert after["updated_at"] >= before["updated_at"]
    assert after["name"] == "Welcome back"


def test_read_only_fields_and_the_notes_of_the_cli_are_dropped(manager: Manager) -> None:
    plain = manager.save().json["workflow"]
    template = {
        "markdown_body": "Hi **{{ recipient.name }}**",
        "markdown_body@": "in_app_1/markdown_body.md",
        "__annotation": {"readonly_fields": []},
    }
    noted = workflow(
        in_app_step(template=template),
        **{"$schema": "https://schemas.test/workflow.json", "__readonly": {"key": "other"}, "steps@": "x"},
        key="other",
        active=False,
        valid=False,
        sha="0",
        environment="production",
        created_at="1999-01-01T00:00:00Z",
        updated_at="1999-01-01T00:00:00Z",
        deleted_at=None,
    )

    assert manager.save(definition=noted).json["workflow"] == plain


def test_unknown_fields_come_back_as_they_went_in(manager: Manager) -> None:
    step = '{"type":"delay","ref":"d","settings":{"delay_for":{"unit":"days","value":1}},"x":{"n":1.10,"z":null}}'
    body = f'{{"workflow":{{"name":"N","steps":[{step}],"price":12345678901234567890.50,"é😀":[1,{{}}]}}}}'
    manager.put("/workflows/welcome", body)

    shown = manager.get("/workflows/welcome").json
    assert str(shown["steps"][0]["x"]["n"]) == "1.10"
    assert shown["steps"][0]["x"]["z"] is None
    assert str(shown["price"]) == "12345678901234567890.50"
    assert shown["é😀"] == [1, {}]


def test_goals_and_settings_are_kept(manager: Manager) -> None:
    goal = {"goal_key": "signed-up", "attribution_window_days": 14}
    settings = {"is_commercial": True, "override_preferences": False}
    manager.save(definition=workflow(goal_attachment=goal, settings=settings))

    shown = manager.get("/workflows/welcome").json
    assert (shown["goal_attachment"], shown["settings"]) == (goal, settings)


def test_workflows_are_listed_by_key_page_by_page_in_both_directions(manager: Manager) -> None:
    for key in ("delta", "alpha", "echo", "bravo", "charlie"):
        manager.save(key)

    def page(cursor: str = "") -> tuple[list[str], dict[str, Any]]:
        answer = manager.get("/workflows", f"limit=2&annotate=true&{cursor}").json
        return [entry["key"] for entry in answer["entries"]], answer["page_info"]

    first, info = page()
    second, info = page(f"after={info['after']}")
    third, last = page(f"after={info['after']}")
    back, _ = page(f"before={info['before']}")
    assert (first, second, third, back) == (["alpha", "bravo"], ["charlie", "delta"], ["echo"], first)
    assert (last["after"], last["page_size"]) == (None, 2)


def test_committed_versions_can_be_looked_at_apart_from_what_was_saved_since(manager: Manager) -> None:
    committed = manager.save(query="commit=true").json["workflow"]
    manager.save(definition=workflow(name="Work in progress"))
    manager.save("draft-only")

    hidden = manager.get("/workflows", "hide_uncommitted_changes=true").json["entries"]
    assert [(entry["key"], entry["name"], entry["sha"]) for entry in hidden] == [
        ("welcome", "Welcome", committed["sha"])
    ]
    assert manager.get("/workflows/welcome", "hide_uncommitted_changes=true").json["name"] == "Welcome"
    assert manager.get("/workflows/draft-only", "hide_uncommitted_changes=true").status == 404
    assert len(manager.get("/workflows").json["entries"]) == 2


def test_a_page_of_huge_workflows_is_cut_before_lambda_refuses_the_answer(manager: Manager) -> None:
    for number in range(16):
        manager.save(f"huge-{number:02}", workflow(padding="x" * 340_000))

    first = manager.get("/workflows").json
    rest = manager.get("/workflows", f"after={first['page_info']['after']}").json
    assert [entry["key"] for entry in first["entries"] + rest["entries"]] == [
        f"huge-{n:02}" for n in range(16)
    ]
    assert len(first["entries"]) < 16


@pytest.mark.parametrize(
    ("query", "body", "active"),
    [
        ("status=false", {}, False),
        ("", {"status": False}, False),
        ("status=true", {"status": False}, True),
        ("", None, True),
    ],
)
def test_a_workflow_is_switched_by_query_or_body(
    manager: Manager, services: Services, query: str, body: object, active: bool
) -> None:
    manager.save(query="commit=true")
    manager.put("/workflows/welcome/activate", {}, f"status={str(not active).lower()}")
    version = head(services).version_id

    assert manager.put("/workflows/welcome/activate", body, query).json["workflow"]["active"] is active
    assert manager.get("/workflows/welcome").json["active"] is active
    assert (head(services).active, head(services).version_id) == (active, version)


@pytest.mark.parametrize("status", [0, 1, "true", 1.0])
def test_a_switch_is_true_or_false_and_nothing_like_it(manager: Manager, status: Any) -> None:
    manager.put("/workflows/welcome", {"workflow": workflow()}, "commit=true")
    answer = manager.put("/workflows/welcome/activate", {"status": status})
    assert [problem["field"] for problem in answer.json["errors"]] == ["status"]


def test_switching_off_survives_the_next_commit_and_needs_none(manager: Manager, services: Services) -> None:
    manager.save()
    manager.put("/workflows/welcome/activate", {"status": False})
    assert head(services).version_id is None
    manager.save(definition=workflow(name="Again"), query="commit=true")

    assert head(services).version_id is not None
    assert head(services).active is False


def test_switching_a_workflow_in_one_environment_leaves_the_others_alone(
    manager: Manager, services: Services
) -> None:
    manager.save(query="commit=true")
    manager.put("/commits/promote", query="to_environment=production")
    manager.put("/workflows/welcome/activate", {}, "environment=production&status=false")

    assert head(services, env="production").active is False
    assert head(services).active is True


def test_validating_says_what_saving_would_say_and_writes_nothing(
    manager: Manager, services: Services
) -> None:
    good = manager.put("/workflows/welcome/validate", {"workflow": workflow()})
    assert good.status == 200
    assert (good.json["workflow"]["key"], good.json["workflow"]["valid"]) == ("welcome", True)

    bad = manager.put("/workflows/welcome/validate", {"workflow": workflow(name="")})
    assert manager.problems() == {"name": "can't be blank"}
    assert bad.json == manager.save(definition=workflow(name="")).json
    assert services.definitions.draft("development", KIND, "welcome") is None


def test_an_invalid_workflow_leaves_what_was_saved_before(manager: Manager) -> None:
    before = manager.save(query="commit=true").json["workflow"]
    refused = manager.save(definition=workflow(name=None), query="commit=true")

    assert refused.status == 422
    assert manager.get("/workflows/welcome").json == before
    assert len(manager.get("/commits").json["entries"]) == 1


def test_of_two_who_save_at_once_one_is_told(
    manager: Manager, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager.save()
    read = services.definitions.draft

    def overtaken(env: str, kind: DefinitionKind, key: str) -> Any:
        """Between our read and our write, somebody else saves."""
        draft = read(env, kind, key)
        assert draft is not None
        services.definitions.save_draft(
            env, replace(draft, content={**draft.content, "name": "Theirs"}, sha="theirs")
        )
        return draft

    with monkeypatch.context() as patched:
        patched.setattr(DefinitionStore, "draft", lambda _, env, kind, key: overtaken(env, kind, key))
        for query in ("", "commit=true"):
            answer = manager.save(definition=workflow(name="Ours"), query=query)
            assert (answer.status, answer.json["code"]) == (409, "conflict")

    assert manager.get("/workflows/welcome").json["name"] == "Theirs"
    assert head(services) is None


@pytest.mark.parametrize("path", ["/workflows/nothing", "/workflows/No%20Key", f"/workflows/{'k' * 2000}"])
def test_an_unknown_workflow_is_a_404_of_ours(manager: Manager, path: str) -> None:
    for answer in (manager.get(path), manager.put(f"{path}/activate", {})):
        assert (answer.status, answer.json["code"]) == (404, "workflow_missing")
        assert set(answer.json) == {"code", "message", "status", "type"}


def test_workflows_are_written_in_development_unless_somebody_insists(manager: Manager) -> None:
    manager.put("/workflows/welcome", {"workflow": workflow()}, "environment=production")
    assert "development only" in manager.problems()["environment"]

    for path, query in (("/validate", ""), ("", "&force=true")):
        answer = manager.put(
            f"/workflows/welcome{path}", {"workflow": workflow()}, f"environment=production{query}"
        )
        assert answer.json["workflow"]["environment"] == "production"
