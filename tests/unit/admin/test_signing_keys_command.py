"""`python -m admin signing-keys` and `enhanced-security`, as an operator types them."""

import base64
import json
import stat
from pathlib import Path
from typing import Any

import jwt
import pytest

from admin.connection import Stores
from tests.builders.terminal import Terminal
from tocsin.usecases.rsa_keys import new_key_pair

HERE = ("--environment", "development")


def create(terminal: Terminal, *arguments: str) -> Any:
    return json.loads(terminal.out("signing-keys", "create", *HERE, "--json", *arguments))


def verifies(public_key: str, private_key: str) -> bool:
    token = jwt.encode({"sub": "jane"}, private_key, algorithm="RS256")
    return bool(jwt.decode(token, public_key, algorithms=["RS256"]) == {"sub": "jane"})


def test_a_private_key_is_printed_once_and_can_be_piped(seeded: Terminal, stores: Stores) -> None:
    code, out, err = seeded.run("signing-keys", "create", *HERE)
    [stored] = stores.signing_keys.all("development")
    assert code == 0
    assert verifies(stored.public_key, out)
    assert "cannot be shown again" in err
    assert "PRIVATE" not in seeded.out("signing-keys", "list", *HERE, "--json")


def test_a_script_gets_the_private_key_as_the_one_line_that_clients_take(seeded: Terminal) -> None:
    made = create(seeded)
    assert base64.b64decode(made["private_key_base64"]).decode() == made["private_key"]


def test_a_private_key_goes_to_a_file_for_its_owner_alone(
    seeded: Terminal, stores: Stores, tmp_path: Path
) -> None:
    file = tmp_path / "signing_key.pem"
    assert str(file) in seeded.out("signing-keys", "create", *HERE, "--out", str(file))
    [stored] = stores.signing_keys.all("development")
    assert verifies(stored.public_key, file.read_text())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_no_file_is_overwritten_and_no_key_made_in_vain(
    seeded: Terminal, stores: Stores, tmp_path: Path
) -> None:
    file = tmp_path / "signing_key.pem"
    file.write_text("in use")
    for path, message in ((file, "is there already"), (tmp_path / "no" / "folder", "cannot write")):
        code, _, err = seeded.run("signing-keys", "create", *HERE, "--out", str(path))
        assert (code, message in err) == (1, True)
    assert file.read_text() == "in use"
    assert stores.signing_keys.all("development") == []


def test_a_key_that_is_refused_leaves_no_file(seeded: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "signing_key.pem"
    code, _, err = seeded.run("signing-keys", "create", "--environment", "moon", "--out", str(file))
    assert (code, "there are development, production" in err) == (1, True)
    assert not file.exists()


@pytest.mark.parametrize("source", ["file", "stdin"])
def test_a_key_of_ones_own_is_registered_by_its_public_half(
    seeded: Terminal, stores: Stores, tmp_path: Path, source: str
) -> None:
    own, file = new_key_pair(), tmp_path / "public.pem"
    file.write_text(own.public_key)
    name = str(file) if source == "file" else "-"
    seeded.out("signing-keys", "create", *HERE, "--public-key", name, stdin=own.public_key)
    [stored] = stores.signing_keys.all("development")
    assert stored.public_key == own.public_key

    code, out, err = seeded.run("signing-keys", "create", *HERE, "--public-key", "-", stdin=own.private_key)
    assert (code, out) == (1, "")
    assert "--public-key: is a private key" in err
    assert own.private_key.splitlines()[1] not in err


def test_a_rotation_from_the_terminal(seeded: Terminal) -> None:
    old = create(seeded, "--name", "2026")
    assert "is on in development" in seeded.out("enhanced-security", "on", *HERE)
    code, _, err = seeded.run("signing-keys", "revoke", old["id"], *HERE)
    assert (code, "create the next key first" in err) == (1, True)

    new = create(seeded, "--name", "2027")
    seeded.out("signing-keys", "expire", old["id"], *HERE, "--expires-at", "2090-01-01")
    lines = seeded.out("signing-keys", "list", *HERE).splitlines()
    assert [line.split()[-2:] for line in lines[1:]] == [
        ["2090-01-01", "00:00Z"],
        [lines[2].split()[-2], "never"],
    ]
    assert "refused within a minute" in seeded.out("signing-keys", "revoke", old["id"], *HERE)
    [entry] = json.loads(seeded.out("signing-keys", "list", *HERE, "--json"))
    assert entry["id"] == new["id"]

    assert "revoked" in seeded.out("signing-keys", "revoke", new["id"], *HERE, "--force")
    assert "`signing-keys create` makes one" in seeded.run("signing-keys", "list", *HERE)[2]


def test_enhanced_security_is_shown_and_refused_without_a_signing_key(seeded: Terminal) -> None:
    assert "is off in development" in seeded.out("enhanced-security", "show", *HERE)
    code, _, err = seeded.run("enhanced-security", "on", *HERE)
    assert (code, "development has no live signing key" in err) == (1, True)
    assert len(err.splitlines()) == 1

    create(seeded)
    assert json.loads(seeded.out("enhanced-security", "on", *HERE, "--json"))["enhanced_security"] is True
    assert "is off in development" in seeded.out("enhanced-security", "off", *HERE)
