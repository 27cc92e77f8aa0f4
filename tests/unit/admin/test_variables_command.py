"""`python -m admin variables`, as an operator types it."""

import json
from pathlib import Path

import pytest

from admin.connection import Stores
from tests.builders.terminal import Terminal
from tocsin.domain.variables import HIDDEN

TOKEN = "s3cr3t-of-the-account"


def test_a_variable_is_set_for_all_and_for_one_environment(seeded: Terminal, stores: Stores) -> None:
    said = seeded.out("variables", "set", "base_url", "--value", "https://app.test")
    assert said == "vars.base_url is set (public); runs use it at once.\n"
    seeded.out("variables", "set", "base_url", "--value", "https://app.live", "--environment", "production")

    seen = {one.slug: one.variables["base_url"] for one in stores.environments.all()}
    assert seen == {"development": "https://app.test", "production": "https://app.live"}
    assert "production   https://app.live" in seeded.out("variables", "list")

    seeded.out("variables", "set", "base_url", "--no-value", "--environment", "production")
    [shown] = json.loads(seeded.out("variables", "list", "--json"))
    assert (shown["value"], shown["environment_values"]) == ("https://app.test", {})


@pytest.mark.parametrize("source", ["file", "stdin"])
def test_a_secret_is_read_and_never_shown(
    seeded: Terminal, stores: Stores, tmp_path: Path, source: str
) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    name = "-" if source == "stdin" else str(tmp_path / "token")
    _, out, err = seeded.run("variables", "set", "token", "--secret", "--value-from", name, stdin=TOKEN)

    shown = seeded.out("variables", "list") + seeded.out("variables", "list", "--json")
    assert TOKEN not in out + err + shown
    assert f"secret  everywhere   {HIDDEN}" in shown
    place = "$account#SECRET_VARIABLES", "$account#token"
    row = stores.variables._table.get(place)
    assert row is not None
    assert row["value"] == TOKEN


def test_a_secret_on_the_command_line_is_refused(seeded: Terminal) -> None:
    code, _, err = seeded.run("variables", "set", "token", "--secret", "--value", TOKEN)
    assert (code, TOKEN in err) == (1, False)
    assert "the shell's history" in err

    seeded.run("variables", "set", "token", "--secret", "--value-from", "-", stdin=TOKEN)
    assert seeded.run("variables", "set", "token", "--value", "other")[0] == 1


def test_a_variable_is_removed_once(seeded: Terminal, stores: Stores) -> None:
    seeded.out("variables", "set", "base_url", "--value", "a")
    assert "vars.base_url is removed" in seeded.out("variables", "remove", "base_url")
    assert stores.variables.all() == []
    code, _, err = seeded.run("variables", "remove", "base_url")
    assert (code, err) == (1, "admin: there is no variable 'base_url'\n")


def test_what_is_missing_or_cannot_be_read_is_told(seeded: Terminal) -> None:
    for arguments, message in (
        ((), "--value: can't be blank"),
        (("--value-from", "/nowhere"), "cannot read the file"),
        (
            ("--value", "a", "--environment", "moon"),
            "environment_values.moon: there is no environment 'moon'",
        ),
    ):
        code, _, err = seeded.run("variables", "set", "base_url", *arguments)
        assert code == 1
        assert message in err
