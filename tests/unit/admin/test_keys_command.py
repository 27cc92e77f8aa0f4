"""`python -m admin keys`, as an operator types it."""

import json
import re

import pytest

from admin.connection import Stores
from tests.builders.terminal import Terminal
from tocsin.domain.environments import KeyKind, hash_of

SECRET = ("--kind", "secret", "--environment", "production")


def create(terminal: Terminal, *arguments: str) -> str:
    """The key itself."""
    return terminal.out("keys", "create", *(arguments or SECRET)).strip()


def id_of(stores: Stores, key: str) -> str:
    stored = stores.api_keys.get(hash_of(key))
    assert stored is not None
    return stored.id


@pytest.mark.parametrize(
    ("kind", "environment", "pattern"),
    [
        ("secret", "development", r"sk_test_[\w-]{43}"),
        ("public", "production", r"pk_live_[\w-]{43}"),
        ("service", None, r"knock_st_[\w-]{43}"),
    ],
)
def test_a_key_is_printed_once_and_stored_as_a_hash(
    seeded: Terminal, stores: Stores, kind: str, environment: str | None, pattern: str
) -> None:
    where = ("--environment", environment) if environment else ()
    key = create(seeded, "--kind", kind, *where, "--name", "backend", "--expires-at", "2090-01-01")

    assert re.fullmatch(pattern, key)
    stored = stores.api_keys.get(hash_of(key))
    assert stored is not None
    assert (stored.kind, stored.environment, stored.name) == (KeyKind(kind), environment, "backend")
    assert stored.expires_at is not None
    assert key not in repr(stored)


def test_a_key_as_json_can_be_read_by_a_script(seeded: Terminal) -> None:
    _, out, err = seeded.run("keys", "create", "--kind", "service", "--json")
    assert json.loads(out)["key"].startswith("knock_st_")
    assert err == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--kind", "secret"),
            "--environment: is needed for a secret key; there are development, production",
        ),
        (("--kind", "public", "--environment", "moon"), "there is no environment 'moon'"),
        (("--kind", "service", "--environment", "development"), "a service token is for all environments"),
        (("--kind", "service", "--expires-at", "soon"), "'soon' is not a date"),
        (("--kind", "service", "--expires-at", "2020-01-01"), "has passed already"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(
    seeded: Terminal, arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = seeded.run("keys", "create", *arguments)
    assert (code, out) == (1, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_before_any_seed_a_key_says_what_to_do(terminal: Terminal) -> None:
    _, _, err = terminal.run("keys", "create", "--kind", "secret", "--environment", "development")
    assert "there are none yet; run `.venv/bin/python -m admin seed` first" in err


def test_keys_are_listed_for_people_and_for_scripts_without_the_keys(seeded: Terminal) -> None:
    assert seeded.run("keys", "list") == (0, "", "There is no such key; `keys create` makes one.\n")
    secret, service = create(seeded), create(seeded, "--kind", "service", "--name", "ci")

    table = seeded.out("keys", "list")
    header, *lines = table.splitlines()
    assert header.split() == ["ID", "KIND", "ENVIRONMENT", "NAME", "ENDS", "IN", "CREATED", "EXPIRES"]
    assert {line.index("…") for line in lines} == {header.index("ENDS IN")}
    as_json = seeded.out("keys", "list", "--json")
    assert {entry["hint"] for entry in json.loads(as_json)} == {secret[-4:], service[-4:]}
    for key in (secret, service):
        assert key not in table + as_json
        assert f"…{key[-4:]}" in table

    [entry] = json.loads(seeded.out("keys", "list", "--kind", "service", "--json"))
    assert (entry["name"], entry["environment"]) == ("ci", None)
    assert json.loads(seeded.out("keys", "list", "--environment", "development", "--json")) == []


def test_a_key_gets_an_end_and_loses_it_again(seeded: Terminal, stores: Stores) -> None:
    key = create(seeded)
    said = seeded.out("keys", "expire", id_of(stores, key), "--expires-at", "2090-01-31")
    assert f"«secret key» (…{key[-4:]}) expires: 2090-01-31 00:00Z" in said
    assert "expires: never" in seeded.out("keys", "expire", key, "--never")
    stored = stores.api_keys.get(hash_of(key))
    assert stored is not None
    assert stored.expires_at is None

    code, _, err = seeded.run("keys", "expire", key, "--expires-at", "2020-01-01")
    assert (code, "to end a key at once, revoke it" in err) == (1, True)


@pytest.mark.parametrize("how", ["by id", "by itself", "from stdin"])
def test_a_key_is_revoked_by_whatever_is_known_of_it(seeded: Terminal, stores: Stores, how: str) -> None:
    key, other = create(seeded), create(seeded)
    name = {"by id": id_of(stores, key), "by itself": key, "from stdin": "-"}[how]

    said = seeded.out("keys", "revoke", name, stdin=f"{key}\n")
    assert "refused within a minute" in said
    assert key not in said
    assert stores.api_keys.get(hash_of(key)) is None
    assert stores.api_keys.get(hash_of(other)) is not None

    code, _, err = seeded.run("keys", "revoke", name, stdin=f"{key}\n")
    assert (code, "it may have been revoked" in err, key in err) == (1, True, False)
