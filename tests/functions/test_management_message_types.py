"""Message types in the management API."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders.definitions import Manager

TITLE = {"type": "text", "key": "title", "label": "Title", "settings": {"required": True}}
BANNER = {
    "name": "Banner",
    "description": "Across the page",
    "preview": "<div>Hello</div>",
    "variants": [{"key": "default", "name": "Default", "fields": [TITLE]}],
}


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


def save(manager: Manager, definition: Any = None, query: str = "", key: str = "banner") -> Any:
    return manager.put(f"/message_types/{key}", {"message_type": definition or BANNER}, query)


def test_a_message_type_comes_back_and_saving_the_answer_changes_nothing(manager: Manager) -> None:
    shown = save(manager).json["message_type"]

    assert shown | BANNER == shown
    assert (shown["key"], shown["owner"], shown["valid"], shown["semver"]) == (
        "banner",
        "user",
        True,
        "1.0.0",
    )
    assert manager.get("/message_types/banner").json == shown
    assert save(manager, shown).json["message_type"] == shown
    assert [entry["key"] for entry in manager.get("/message_types").json["entries"]] == ["banner"]


def test_it_is_committed_and_promoted_like_all_definitions(manager: Manager) -> None:
    save(manager, query="commit=true")
    assert manager.put("/commits/promote", query="to_environment=production").status == 200
    assert manager.get("/message_types/banner", "environment=production").status == 200
    [commit] = manager.get("/commits", "resource_type[]=message_type").json["entries"]
    assert commit["resource"] == {"type": "message_type", "identifier": "banner"}


def test_validating_says_what_saving_would_say_and_writes_nothing(manager: Manager) -> None:
    answer = manager.put("/message_types/banner/validate", {"message_type": BANNER})
    assert (answer.status, answer.json["message_type"]["key"]) == (200, "banner")
    assert manager.get("/message_types/banner").status == 404


def test_the_notes_for_files_name_the_preview(manager: Manager) -> None:
    save(manager)
    noted = manager.get("/message_types/banner", "annotate=true").json["__annotation"]
    assert list(noted["extractable_fields"]) == ["preview"]
    assert {"owner", "sha", "archived_at"} <= set(noted["readonly_fields"])


def variant(**changes: Any) -> Any:
    return {**BANNER, "variants": [{**BANNER["variants"][0], **changes}]}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("definition", "field", "message"),
    [
        ({**BANNER, "name": ""}, "name", "can't be blank"),
        ({**BANNER, "preview": 5}, "preview", "must be a string"),
        ({**BANNER, "semver": "one"}, "semver", "such as 1.0.0"),
        ({**BANNER, "variants": []}, "variants", "at least one variant"),
        ({**BANNER, "variants": {"a": 1}}, "variants", "must be a list"),
        ({**BANNER, "variants": ["default"]}, "variants.0", "must be an object"),
        ({**BANNER, "variants": [*variant()["variants"] * 2]}, "variants.1.key", "keys are unique"),
        (variant(key=None), "variants.0.key", "can't be blank"),
        (variant(fields={}), "variants.0.fields", "must be a list"),
        (variant(fields=[{**TITLE, "type": "video"}]), "variants.0.fields.0.type", "must be one of"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    manager: Manager, definition: Any, field: str, message: str
) -> None:
    save(manager, definition)
    assert message in manager.problems()[field]
