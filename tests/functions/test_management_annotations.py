"""Definitions with notes in them for whoever keeps them as files: only when asked, and never kept."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import guides
from tests.builders.definitions import Manager, email_step, in_app_step, layout, workflow
from tocsin.contract.annotations import ANNOTATION
from tocsin.lambda_kit.services import Services

Json = dict[str, Any]
Save = Callable[[str], Any]


@pytest.fixture
def manager(services: Services, api: Callable[..., Any]) -> Manager:
    guides.add_channel(services)
    return Manager(api)


KINDS = {
    "workflow": ("/workflows/welcome", workflow(in_app_step(), email_step())),
    "email_layout": ("/email_layouts/plain", layout()),
    "guide": ("/guides/tour", guides.guide()),
}


@pytest.mark.parametrize("field", KINDS)
def test_a_definition_is_noted_wherever_it_is_shown(manager: Manager, field: str) -> None:
    path, definition = KINDS[field]
    collection = path.rpartition("/")[0]

    saved = manager.put(path, {field: definition}, "annotate=true").json[field]

    assert {"key", "sha", "environment"} <= set(saved[ANNOTATION]["readonly_fields"])
    assert manager.get(path, "annotate=true").json == saved
    listed = manager.get(collection, "annotate=true").json["entries"]
    assert saved in listed


@pytest.mark.parametrize("field", KINDS)
def test_nobody_who_does_not_ask_gets_notes(manager: Manager, field: str) -> None:
    path, definition = KINDS[field]
    collection = path.rpartition("/")[0]

    answers = [
        manager.put(path, {field: definition}),
        manager.put(path, {field: definition}, "annotate=false"),
        manager.put(f"{path}/validate", {field: definition}),
        manager.get(path),
        manager.get(collection),
    ]

    assert [answer.status for answer in answers] == [200] * len(answers)
    assert all(ANNOTATION not in str(answer.json) for answer in answers)


def test_sending_back_what_was_noted_changes_nothing(manager: Manager) -> None:
    plain = manager.save(definition=workflow(email_step())).json["workflow"]
    noted = manager.get("/workflows/welcome", "annotate=true").json

    assert manager.save(definition=noted).json["workflow"] == plain
