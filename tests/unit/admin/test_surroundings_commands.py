"""`python -m admin environments`, `branding` and `channel-groups`, as an operator types them."""

import json
from pathlib import Path

import pytest

from admin.connection import Stores
from tests.builders.channels import channel
from tests.builders.terminal import Terminal

MOBILE = {
    "name": "Mobile",
    "channel_type": "push",
    "channel_rules": [{"channel_key": "push_fcm", "rule_type": "always"}],
}


def test_an_environment_is_made_renamed_and_removed(seeded: Terminal, stores: Stores) -> None:
    said = seeded.out("environments", "create", "staging", "--after", "development")
    assert said == "The environment staging is made; channels and keys of its own come next.\n"
    assert [one.slug for one in stores.environments.all()] == ["development", "staging", "production"]

    seeded.out("environments", "rename", "staging", "--name", "Rehearsal")
    assert "staging      Rehearsal" in seeded.out("environments", "list")
    assert [one["name"] for one in json.loads(seeded.out("environments", "list", "--json"))][1] == "Rehearsal"

    seeded.out("environments", "remove", "staging")
    code, _, err = seeded.run("environments", "create", "staging", "--after", "development")
    assert (code, "slug: an environment 'staging' was removed" in err) == (1, True)


def test_an_environment_in_use_stays_and_the_refusal_says_why(seeded: Terminal) -> None:
    seeded.out("keys", "create", "--kind", "secret", "--environment", "production", "--name", "shop")
    code, _, err = seeded.run("environments", "remove", "production")
    assert code == 1
    assert "API keys still open production: 'shop'; revoke them first" in err


def test_branding_is_set_by_property_and_taken_away_by_an_empty_text(
    seeded: Terminal, stores: Stores
) -> None:
    seeded.out("branding", "set", "--primary-color", "#123456", "--logo-url", "https://app.test/logo.png")
    shown = json.loads(seeded.out("branding", "set", "--logo-url", "", "--json"))
    assert (shown["primary_color"], shown["logo_url"]) == ("#123456", None)
    assert seeded.out("branding", "show") == "PROPERTY       VALUE\nprimary_color  #123456\n"
    assert [one.branding for one in stores.environments.all()] == [{"primary_color": "#123456"}] * 2


@pytest.mark.parametrize("source", ["file", "stdin"])
def test_a_channel_group_is_set_from_json_and_removed(
    seeded: Terminal, stores: Stores, tmp_path: Path, source: str
) -> None:
    stores.channels.put("development", channel("push_fcm"))
    (tmp_path / "group.json").write_text(json.dumps(MOBILE))
    name = "-" if source == "stdin" else str(tmp_path / "group.json")
    said = seeded.out("channel-groups", "set", "mobile", name, stdin=json.dumps(MOBILE))
    assert said == "The channel group mobile (push) has push_fcm; steps use it at once.\n"

    assert "mobile  push  any       push_fcm" in seeded.out("channel-groups", "list")
    [shown] = json.loads(seeded.out("channel-groups", "list", "--json"))
    assert shown["channel_rules"][0]["channel"]["key"] == "push_fcm"
    assert "is removed" in seeded.out("channel-groups", "remove", "mobile")
    assert stores.channel_groups.all() == []


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "cannot be read as JSON"), ("[]", "must hold an object"), ("{}", "can't be blank")],
)
def test_a_file_that_holds_no_group_is_refused(seeded: Terminal, text: str, message: str) -> None:
    code, _, err = seeded.run("channel-groups", "set", "mobile", "-", stdin=text)
    assert code == 1
    assert message in err
