"""`python -m admin archive`, as an operator types it."""

from datetime import UTC, datetime

from admin.connection import Stores
from tests.builders.terminal import Terminal
from tocsin.domain.definitions import DefinitionKind
from tocsin.usecases.commit_definition import Authorship
from tocsin.usecases.save_definition import save_and_commit

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORKFLOW = DefinitionKind.WORKFLOW


def test_a_workflow_is_gone_from_all_environments(seeded: Terminal, stores: Stores) -> None:
    by = Authorship("me", "made", NOW, lambda: "00000000-0000-4000-8000-000000000001")
    content = {"name": "Welcome", "steps": []}
    save_and_commit(stores.definitions, "development", WORKFLOW, "welcome", content, by, allow_empty=False)

    said = seeded.out("archive", "workflow", "welcome")

    assert said.startswith("The workflow welcome is archived in all environments")
    assert stores.definitions.draft("development", WORKFLOW, "welcome") is None
    assert stores.definitions.head("development", WORKFLOW, "welcome") is None


def test_what_is_not_there_is_told(seeded: Terminal) -> None:
    code, _, err = seeded.run("archive", "guide", "nothing")
    assert (code, err) == (1, "admin: no environment has a guide 'nothing'\n")
