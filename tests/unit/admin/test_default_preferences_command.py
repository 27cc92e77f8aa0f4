"""`python -m admin default-preferences`, as an operator types it."""

import json
from pathlib import Path

from tests.builders.terminal import Terminal

OFF = {"channel_types": {"sms": False}}


def shown(seeded: Terminal, environment: str = "production") -> dict[str, object]:
    found: dict[str, object] = json.loads(seeded.out("default-preferences", "show", environment))
    return found


def test_they_are_set_from_a_file_and_shown(seeded: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "preferences.json"
    file.write_text(json.dumps(OFF))
    said = seeded.out("default-preferences", "set", "production", str(file))
    assert said.startswith("The default preferences of production hold from now on")
    assert shown(seeded)["channel_types"] == {"sms": False}
    assert shown(seeded, "development")["channel_types"] in ({}, None)


def test_merging_keeps_what_the_file_does_not_name(seeded: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "preferences.json"
    for settings in (OFF, {"channel_types": {"push": False}}):
        file.write_text(json.dumps(settings))
        seeded.out("default-preferences", "set", "production", str(file), "--merge")
    assert shown(seeded)["channel_types"] == {"sms": False, "push": False}


def test_what_cannot_be_read_or_is_wrong_changes_nothing(seeded: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "preferences.json"
    for text, words in (
        ("nonsense", "Expecting value"),
        ("[]", "must hold an object"),
        ('{"channel_types": 1}', "must be an object"),
    ):
        file.write_text(text)
        code, _, err = seeded.run("default-preferences", "set", "production", str(file))
        assert (code, words in err) == (1, True), err
    assert shown(seeded)["channel_types"] in ({}, None)


def test_an_environment_that_is_none_is_told(seeded: Terminal) -> None:
    code, _, err = seeded.run("default-preferences", "show", "moon")
    assert (code, "moon" in err) == (1, True)
