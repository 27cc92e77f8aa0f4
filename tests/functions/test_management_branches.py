"""Branches: definitions that change apart from development until they are merged."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.workflows.handler import lambda_handler as trigger_handler
from tests.builders.account import PRODUCTION_KEY, SECRET_KEY
from tests.builders.definitions import Manager, delay_step, email_step, in_app_step, layout, workflow
from tocsin.domain.branches import MAX_BRANCHES, Branch
from tocsin.domain.clock import from_iso
from tocsin.domain.definitions import DefinitionKind
from tocsin.lambda_kit.services import Services

ON = "branch=feature"
COMMITTED = "commit=true"
Json = dict[str, Any]


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


def branch(manager: Manager, slug: str = "feature", method: str = "POST") -> Any:
    return manager.call(method, f"/branches/{slug}", query="environment=development")


def merge(manager: Manager, slug: str = "feature") -> Any:
    return manager.put("/commits/promote", {}, f"branch={slug}&to_environment=development")


def name(manager: Manager, query: str = "", key: str = "welcome") -> Any:
    return manager.get(f"/workflows/{key}", query).json.get("name")


def named(text: str) -> Json:
    return workflow(name=text)


def test_a_branch_begins_with_all_that_is_committed_and_nothing_that_is_only_saved(manager: Manager) -> None:
    manager.save(definition=named("Committed"), query=COMMITTED)
    manager.save(definition=named("Saved"))
    manager.save("draft")
    made = branch(manager)
    assert made.status == 201
    assert (made.json["slug"], made.json["last_commit_at"]) == ("feature", None)

    assert name(manager, ON) == "Committed"
    assert [one["key"] for one in manager.get("/workflows", ON).json["entries"]] == ["welcome"]
    assert manager.get("/commits", ON).json["entries"] == []


def test_what_changes_on_a_branch_changes_there_alone(manager: Manager) -> None:
    manager.save(definition=named("Main"), query=COMMITTED)
    branch(manager)
    manager.save(definition=named("Branch"), query=f"{ON}&{COMMITTED}&commit_message=Better")
    manager.save("another", query=ON)
    manager.save_layout("plain", query=ON)
    manager.put("/commits", {}, ON)
    manager.put("/workflows/welcome/activate", {}, f"{ON}&status=false")

    assert (name(manager), name(manager, ON)) == ("Main", "Branch")
    assert manager.get("/workflows/welcome").json["active"] is True
    assert manager.get("/workflows/another").status == manager.get("/email_layouts/plain").status == 404
    on_branch = [one["resource"]["identifier"] for one in manager.get("/commits", ON).json["entries"]]
    assert sorted(on_branch) == ["another", "plain", "welcome"]
    assert len(manager.get("/commits").json["entries"]) == 1
    assert manager.get("/branches").json["entries"][0]["last_commit_at"] is not None


def test_what_a_workflow_names_is_looked_for_on_its_branch(manager: Manager) -> None:
    branch(manager)
    manager.save_layout("plain", query=f"{ON}&{COMMITTED}")
    emails = workflow(email_step(settings={"layout_key": "plain"}))

    assert manager.save(definition=emails, query=f"{ON}&{COMMITTED}").status == 200
    manager.save(definition=emails)
    assert "steps.0.template.settings.layout_key" in manager.problems()


def test_merging_brings_what_changed_and_leaves_alone_what_did_not(manager: Manager) -> None:
    manager.save(definition=named("First"), query=COMMITTED)
    manager.save("other", named("First"), COMMITTED)
    branch(manager)
    manager.save_layout("plain", query=f"{ON}&{COMMITTED}")
    emails = workflow(email_step(settings={"layout_key": "plain"}), name="Branch")
    manager.save(definition=emails, query=f"{ON}&{COMMITTED}")
    manager.save("other", named("Meanwhile"), COMMITTED)
    manager.save("unready", query=ON)

    assert merge(manager).json == {"result": "success"}

    assert (name(manager), name(manager, key="other")) == ("Branch", "Meanwhile")
    assert manager.get("/workflows/unready").status == 404
    [newest, *_] = manager.get("/commits", "resource_type=workflow").json["entries"]
    assert (newest["commit_message"], newest["environment"]) == ("Merge of the branch feature", "development")
    before = len(manager.get("/commits").json["entries"])
    manager.save(definition=named("After"), query=COMMITTED)
    assert merge(manager).status == 200
    assert name(manager) == "After"
    assert len(manager.get("/commits").json["entries"]) == before + 1


def test_where_both_have_changed_nothing_is_merged_before_somebody_decides(manager: Manager) -> None:
    for key in ("welcome", "other"):
        manager.save(key, named("First"), COMMITTED)
    branch(manager)
    for key in ("welcome", "other"):
        manager.save(key, named("Branch"), f"{ON}&{COMMITTED}")
    manager.save(definition=named("Main"), query=COMMITTED)

    merge(manager)
    assert "the workflow 'welcome' has changed in development too" in manager.problems()["workflow.welcome"]
    assert name(manager, key="other") == "First"

    for query in (COMMITTED, f"{ON}&{COMMITTED}"):
        manager.save(definition=named("Both"), query=query)
    assert merge(manager).status == 200
    assert (name(manager), name(manager, key="other")) == ("Both", "Branch")


def test_what_somebody_has_saved_in_development_is_not_merged_over(manager: Manager) -> None:
    manager.save(definition=named("First"), query=COMMITTED)
    branch(manager)
    manager.save(definition=named("Branch"), query=f"{ON}&{COMMITTED}")
    manager.save(definition=named("Half done"))

    merge(manager)

    assert "not committed" in manager.problems()["workflow.welcome"]
    assert name(manager) == "Half done"


def test_a_merge_that_broke_off_is_finished_by_the_next(manager: Manager) -> None:
    """It died between the two writes: live in development, and the branch does not know."""
    branch(manager)
    manager.save(definition=named("Branch"), query=f"{ON}&{COMMITTED}")
    manager.save(definition=named("Branch"), query=COMMITTED)

    assert merge(manager).status == 200
    manager.save(definition=named("Later"), query=f"{ON}&{COMMITTED}")
    assert merge(manager).status == 200

    assert name(manager) == "Later"


def test_one_commit_of_a_branch_is_found_and_promoted_by_its_id(manager: Manager) -> None:
    branch(manager)
    manager.save(definition=named("First"), query=f"{ON}&{COMMITTED}")
    [first] = manager.get("/commits", ON).json["entries"]
    manager.save(definition=named("Second"), query=f"{ON}&{COMMITTED}")

    assert manager.get(f"/commits/{first['id']}").json == first
    assert manager.put(f"/commits/{first['id']}/promote", {}).json == {"commit": first}
    assert name(manager) == "First"
    merge(manager)
    assert name(manager) == "Second"


def test_a_deleted_branch_is_gone_and_a_new_one_of_its_name_knows_nothing_of_it(
    manager: Manager, services: Services
) -> None:
    branch(manager)
    manager.save(definition=named("Old"), query=f"{ON}&{COMMITTED}")
    kept = services.branches.get("development", "feature")
    assert kept is not None

    assert branch(manager, method="DELETE").status == 204

    assert manager.get("/branches").json["entries"] == []
    left = services.definitions.on_branch(kept.id)
    assert left.draft("development", DefinitionKind.WORKFLOW, "welcome") is None
    assert left.head("development", DefinitionKind.WORKFLOW, "welcome") is None
    branch(manager)
    assert name(manager, ON) is None


@pytest.mark.parametrize("path", ["/workflows", "/commits", "/branches/feature", "/workflows/welcome"])
def test_who_names_a_branch_that_is_not_there_is_told_how_to_make_it(manager: Manager, path: str) -> None:
    answer = manager.get(path, ON)
    assert (answer.status, answer.json["code"]) == (404, "branch_not_found")
    assert "`knock branch create feature` makes it" in answer.json["message"]


def test_branches_are_developments_alone(manager: Manager) -> None:
    branch(manager)
    manager.get("/workflows", f"{ON}&environment=production")
    assert "branches belong to development" in manager.problems()["branch"]
    manager.put("/commits/promote", {}, f"{ON}&to_environment=production")
    assert "merged into development" in manager.problems()["to_environment"]


@pytest.mark.parametrize(
    ("key", "code"), [(SECRET_KEY, "branch_not_found"), (PRODUCTION_KEY, "invalid_params")]
)
def test_a_trigger_with_the_header_of_a_branch_that_it_cannot_have_runs_nothing(
    manager: Manager, api: Callable[..., Any], key: str, code: str
) -> None:
    manager.save(query=COMMITTED)
    manager.put("/commits/promote", {}, "to_environment=production")
    headers = {"X-Knock-Branch": "feature"}
    answer = api(
        trigger_handler,
        "POST",
        "/v1/workflows/welcome/trigger",
        {"recipients": ["jane"]},
        key=key,
        headers=headers,
    )
    assert answer.json["code"] == code


@pytest.mark.parametrize(
    ("slug", "said"), [("feature", "already"), ("a%2Fb", "a-z, 0-9, - and _"), ("x" * 65, "1 to 64")]
)
def test_a_branch_has_a_name_of_its_own_that_the_command_line_can_keep(
    manager: Manager, slug: str, said: str
) -> None:
    branch(manager)
    branch(manager, slug)
    assert said in manager.problems()["slug"]


def test_there_are_only_so_many_branches(manager: Manager, services: Services) -> None:
    for number in range(MAX_BRANCHES):
        made = Branch(str(number), f"branch-{number}", from_iso("2026-01-01T00:00:00Z"))
        services.branches.create("development", made)
    branch(manager)
    assert "delete some that are merged" in manager.problems()["slug"]


def test_a_preview_shows_the_branchs_step_in_the_branchs_layout(manager: Manager) -> None:
    branch(manager)
    html = "<html><body>Framed: {{ content }}</body></html>"
    manager.save_layout("plain", layout(html_layout=html), f"{ON}&{COMMITTED}")
    steps = [email_step(settings={"layout_key": "plain"}), in_app_step(), delay_step()]
    manager.save(definition=workflow(*steps), query=ON)

    path, viewer = "/workflows/welcome/steps/email_1/preview_template", {"recipient": {"id": "jane"}}
    shown = manager.call("POST", path, viewer, ON)

    assert "Framed: <p>Hi</p>" in shown.json["template"]["html_body"]
