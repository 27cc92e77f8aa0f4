"""What a batch step may say, told as whoever saves it is told."""

from typing import Any

import pytest
from pydantic import ValidationError

from tocsin.engine.steps.batch import Settings

MINUTE, YEAR = {"unit": "minutes", "value": 1}, {"unit": "days", "value": 366}
SLIDING = {"batch_window": MINUTE, "batch_window_type": "sliding"}


def problem(**settings: Any) -> str:
    try:
        Settings.model_validate({"type": "batch", "ref": "batch_1", "settings": settings})
    except ValidationError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "settings",
    [
        {"batch_window": MINUTE},
        {"batch_until_field_path": "data.until"},
        {"batch_until_field_path": "data.until", "batch_window": {"unit": "hours", "value": -1}},
        {**SLIDING, "batch_window_extension_limit": MINUTE},
        {"batch_window": MINUTE, "batch_items_max_limit": 2, "batch_items_render_limit": 1},
        {"batch_window": MINUTE, "batch_items_max_limit": 1000, "batch_items_render_limit": 100},
        {"batch_window": MINUTE, "batch_order": None, "batch_key": None, "workflow_version_mode": None},
    ],
)
def test_what_is_complete_is_taken(settings: dict[str, Any]) -> None:
    assert problem(**settings) == ""


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "`batch_window`"),
        ({"batch_window": {"unit": "minutes", "value": 0}}, "longer than nothing"),
        ({"batch_window": {"unit": "minutes", "value": -1}}, "longer than nothing"),
        ({"batch_window": YEAR}, "365 days"),
        (SLIDING, "`batch_window_extension_limit`"),
        ({**SLIDING, "batch_window_extension_limit": YEAR}, "365 days"),
        ({"batch_window": MINUTE, "batch_items_max_limit": 1}, "batch_items_max_limit"),
        ({"batch_window": MINUTE, "batch_items_max_limit": 1001}, "batch_items_max_limit"),
        ({"batch_window": MINUTE, "batch_items_render_limit": 101}, "batch_items_render_limit"),
        ({"batch_window": MINUTE, "batch_order": "newest"}, "batch_order"),
        ({"batch_window": MINUTE, "workflow_version_mode": "newest"}, "workflow_version_mode"),
    ],
)
def test_what_is_wrong_is_named(settings: dict[str, Any], said: str) -> None:
    assert said in problem(**settings)
