"""`python -m admin channels`, as an operator types it."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from admin.connection import Stores
from tests.builders.terminal import TABLE, Terminal

KEY = "whsec_" + "S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3"
URL = "https://hooks.app.test/orders"
NEW = ("--name", "Orders", "--provider", "http_knock_webhook", "--setting", f"url={URL}")
IN_DEVELOPMENT = ("--environment", "development")
IN_PRODUCTION = ("--environment", "production")


def set_orders(terminal: Terminal, *arguments: str, stdin: str = "") -> Any:
    where = () if "--environment" in arguments else IN_DEVELOPMENT
    return json.loads(terminal.out("channels", "set", "orders", *where, "--json", *arguments, stdin=stdin))


def secrets() -> list[str]:
    store: Any = boto3.client("secretsmanager")
    names = [secret["Name"] for secret in store.list_secrets()["SecretList"]]
    return [store.get_secret_value(SecretId=name)["SecretString"] for name in names]


def test_a_channel_is_made_and_told_in_a_line(seeded: Terminal, stores: Stores) -> None:
    said = seeded.out("channels", "set", "orders", *IN_DEVELOPMENT, *NEW)
    [channel] = stores.channels.all("development")
    assert said == f"development has the channel orders (http_knock_webhook): {channel.id}\n"
    assert channel.settings == {"url": URL}


def test_lists_are_json_and_text_is_written_as_it_is(seeded: Terminal) -> None:
    headers = [{"key": "x-tenant", "value": "{{ tenant.id }}"}]
    body = '{"id": "{{ data.id }}"}'
    shown = set_orders(
        seeded, *NEW, "--setting", f"headers={json.dumps(headers)}", "--setting", f"body={body}"
    )
    settings = shown["environment_settings"]["development"]["channel_settings"]
    assert settings == {"url": URL, "headers": headers, "body": body}

    shown = set_orders(seeded, "--no-setting", "headers", "--no-setting", "body")
    assert shown["environment_settings"]["development"]["channel_settings"] == {"url": URL}


def test_a_switch_is_true_or_false(seeded: Terminal) -> None:
    slack = ("--name", "Chat", "--provider", "chat_slack")
    people_by_email = ("--setting", "email_based_user_id_resolution=true")
    shown = json.loads(
        seeded.out("channels", "set", "chat", *IN_DEVELOPMENT, "--json", *slack, *people_by_email)
    )
    settings = shown["environment_settings"]["development"]["channel_settings"]
    assert settings["email_based_user_id_resolution"] is True


def test_conditions_and_the_sandbox_are_set_and_taken_back(seeded: Terminal) -> None:
    conditions = {"all": [{"variable": "recipient", "operator": "is_audience_member", "argument": "staff"}]}
    shown = set_orders(seeded, *NEW, "--conditions", json.dumps(conditions), "--sandbox")
    settings = shown["environment_settings"]["development"]
    assert (settings["conditions"], settings["is_sandbox"]) == (conditions, True)

    shown = set_orders(seeded, "--name", "Invoices")
    assert shown["environment_settings"]["development"] == settings

    settings = set_orders(seeded, "--conditions", "null", "--no-sandbox")["environment_settings"][
        "development"
    ]
    assert (settings["conditions"], settings["is_sandbox"]) == (None, False)


@pytest.mark.parametrize("source", ["file", "stdin"])
def test_a_secret_is_read_and_never_shown(seeded: Terminal, tmp_path: Path, source: str) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    name = "-" if source == "stdin" else str(file)
    arguments = ("channels", "set", "orders", *IN_DEVELOPMENT, *NEW, "--secret", f"signing_key={name}")
    _, out, err = seeded.run(*arguments, stdin=f"{KEY}\n")

    assert secrets() == [KEY]
    assert "within five minutes" in out
    shown = seeded.out("channels", "list") + seeded.out("channels", "list", "--json")
    assert "signing_key" in shown
    assert KEY not in out + err + shown

    set_orders(seeded, "--no-secret", "signing_key")
    assert secrets() == []


def test_secrets_lie_where_the_stage_looks_for_them(seeded: Terminal, stores: Stores) -> None:
    channel = set_orders(seeded, *NEW, "--secret", "signing_key=-", stdin=KEY)
    [secret] = boto3.client("secretsmanager").list_secrets()["SecretList"]
    assert secret["Name"] == f"{TABLE}/development/{channel['id']}/signing_key"


@pytest.mark.parametrize("typed", [f"signing_key={KEY}", KEY, f"{KEY}=", f"{KEY}=x", "signing_key="])
def test_a_secret_that_was_typed_is_refused_and_not_repeated(
    seeded: Terminal, stores: Stores, typed: str
) -> None:
    code, out, err = seeded.run("channels", "set", "orders", *IN_DEVELOPMENT, *NEW, "--secret", typed)
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert "S3cr3t" not in err
    assert stores.channels.all("development") == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (NEW[2:], "--name: can't be blank"),
        ((*NEW, "--setting", "url"), "write url=VALUE, or --no-setting url to take it away"),
        ((*NEW, "--setting", "headers=x-a: b"), "--setting headers: is not JSON"),
        ((*NEW, "--setting", "uri=x"), "settings.uri: there is no such setting"),
        ((*NEW, "--secret", "signing_key=-"), "secrets.signing_key: must be whsec_"),
        ((*NEW, "--secret", "signing_key=-", "--secret", "access_token=-"), "stdin holds one secret"),
        (("--name", "A", "--provider", "pigeon"), "--provider: there is no provider 'pigeon'; there are"),
    ],
)
def test_what_makes_no_sense_is_one_clear_line(
    seeded: Terminal, stores: Stores, arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = seeded.run("channels", "set", "orders", *IN_DEVELOPMENT, *arguments, stdin="nonsense")
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert message in err
    assert stores.channels.all("development") == []


def test_a_wrong_key_and_environment_are_named(seeded: Terminal) -> None:
    assert "key: must be 3 to 255" in seeded.run("channels", "set", "A", *IN_DEVELOPMENT, *NEW)[2]
    for action in (("set", "orders"), ("remove", "orders"), ("list",)):
        _, _, err = seeded.run("channels", *action, "--environment", "moon")
        assert "there are development, production" in err


def test_channels_are_listed_for_people_and_for_scripts(seeded: Terminal) -> None:
    assert "`channels set` makes one" in seeded.run("channels", "list")[2]
    first = set_orders(seeded, *NEW, "--secret", "signing_key=-", stdin=KEY)
    set_orders(seeded, *IN_PRODUCTION, "--setting", f"url={URL}/live")

    header, *lines = seeded.out("channels", "list").splitlines()
    assert header.split() == ["KEY", "ENVIRONMENT", "PROVIDER", "CIRCUIT", "NAME", "SECRETS", "ID"]
    assert [line.split()[1:6] for line in lines] == [
        ["development", "http_knock_webhook", "closed", "Orders", "signing_key"],
        ["production", "http_knock_webhook", "closed", "Orders", "none"],
    ]
    [entry] = json.loads(seeded.out("channels", "list", "--json"))
    assert entry["id"] == first["id"]
    assert entry["environment_settings"].keys() == {"development", "production"}
    assert len(seeded.out("channels", "list", *IN_PRODUCTION).splitlines()) == 2
    [there] = json.loads(seeded.out("channels", "list", *IN_PRODUCTION, "--json"))
    assert there["environment_settings"] == entry["environment_settings"]


def test_a_channel_is_removed_with_its_secrets_and_once(seeded: Terminal, stores: Stores) -> None:
    set_orders(seeded, *NEW, "--secret", "signing_key=-", stdin=KEY)
    assert "is removed from development" in seeded.out("channels", "remove", "orders", *IN_DEVELOPMENT)
    assert (stores.channels.all("development"), secrets()) == ([], [])

    code, _, err = seeded.run("channels", "remove", "orders", *IN_DEVELOPMENT)
    assert (code, "there is no channel 'orders' in development" in err) == (1, True)
