"""Signing keys and enhanced security through the management API: rotation with overlap, and no silent lock-out."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import jwt
import pytest

from functions.management.env import Env
from tests.builders import account, logs
from tests.builders.definitions import Manager
from tests.builders.function_clock import it_is
from tests.conftest import VARIABLES
from tocsin.domain.errors import ConflictError, SigningKeyRequiredError
from tocsin.lambda_kit.services import Services
from tocsin.usecases.rsa_keys import new_key_pair
from tocsin.usecases.signing_keys import SigningKeyPorts, revoke_signing_key

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEYS = "/environments/development/signing_keys"
AUTHENTICATION = "/environments/development/client_authentication"


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    it_is(NOW, Env)
    return Manager(api)


def create(manager: Manager, **body: Any) -> Any:
    answer = manager.call("POST", KEYS, body)
    assert answer.status == 200, answer
    return answer.json


def ids(manager: Manager) -> list[str]:
    return [entry["id"] for entry in manager.get(KEYS).json["entries"]]


def switch(manager: Manager, on: bool) -> Any:
    return manager.put(AUTHENTICATION, {"enhanced_security": on})


def test_a_signing_key_verifies_what_it_signed_and_its_private_half_is_shown_once(manager: Manager) -> None:
    created = create(manager, name="2026")
    private_key = created.pop("private_key")
    assert base64.b64decode(created.pop("private_key_base64")).decode() == private_key

    token = jwt.encode({"sub": "jane"}, private_key, algorithm="RS256")
    [entry] = manager.get(KEYS).json["entries"]
    assert entry == created
    assert jwt.decode(token, entry["public_key"], algorithms=["RS256"]) == {"sub": "jane"}
    rows = json.dumps(boto3.client("dynamodb").scan(TableName=VARIABLES["TABLE_NAME"])["Items"])
    assert "PRIVATE" not in rows
    assert not any(line in rows for line in private_key.splitlines()[1:-1])


def test_no_log_line_has_a_private_key(manager: Manager) -> None:
    with logs.written() as log:
        created = create(manager)
    [line] = log.getvalue().splitlines()
    for secret in (*created["private_key"].splitlines()[1:-1], created["private_key_base64"], "PRIVATE"):
        assert secret not in line


def test_a_customer_may_bring_a_key_along_whose_private_half_nobody_else_has(manager: Manager) -> None:
    own = new_key_pair()
    created = create(manager, public_key=own.public_key.replace("\n", "\r\n"))
    assert (created["private_key"], created["private_key_base64"]) == (None, None)
    assert created["public_key"] == own.public_key

    manager.call("POST", KEYS, {"public_key": own.public_key})
    assert f"is here already, as the signing key {created['id']}" in manager.problems()["public_key"]


def test_a_private_key_sent_by_mistake_is_neither_stored_nor_said_again(manager: Manager) -> None:
    own = new_key_pair()
    answer = manager.call("POST", KEYS, {"public_key": own.private_key})
    assert "send its public half" in manager.problems()["public_key"]
    assert own.private_key.splitlines()[1] not in json.dumps(answer.json)
    assert ids(manager) == []


def test_keys_belong_to_one_environment(manager: Manager) -> None:
    created = create(manager)
    assert manager.get("/environments/production/signing_keys").json["entries"] == []
    elsewhere = f"/environments/production/signing_keys/{created['id']}"
    assert (manager.put(elsewhere, {}).status, manager.call("DELETE", elsewhere).status) == (404, 404)
    assert ids(manager) == [created["id"]]


def test_enhanced_security_needs_a_live_signing_key(manager: Manager) -> None:
    assert manager.get(AUTHENTICATION).json == {
        "__typename": "ClientAuthentication",
        "environment": "development",
        "enhanced_security": False,
    }
    refused = switch(manager, True)
    assert (refused.status, refused.json["code"]) == (422, "signing_key_required")
    assert "create a signing key first" in refused.json["message"]

    create(manager, expires_at="2026-03-01T12:00:01Z")
    assert switch(manager, True).json["enhanced_security"] is True
    assert manager.get(AUTHENTICATION).json["enhanced_security"] is True
    assert manager.get("/environments/production/client_authentication").json["enhanced_security"] is False
    assert switch(manager, False).json["enhanced_security"] is False

    it_is(NOW + timedelta(seconds=1), Env)
    assert switch(manager, True).status == 422


def test_a_rotation_overlaps_and_ends_the_older_key(manager: Manager) -> None:
    old = create(manager)
    switch(manager, True)
    new = create(manager)
    ended = manager.put(f"{KEYS}/{old['id']}", {"expires_at": "2026-03-02T12:00:00Z"})
    assert (ended.status, ended.json["expired"]) == (200, False)
    assert manager.call("DELETE", f"{KEYS}/{old['id']}").status == 204
    assert ids(manager) == [new["id"]]


@pytest.mark.parametrize(
    ("method", "body", "when"),
    [("DELETE", None, "at once"), ("PUT", {"expires_at": "2026-03-02T00:00:00Z"}, "on 2026-03-02")],
)
def test_the_last_key_ends_only_by_force_while_enhanced_security_is_on(
    manager: Manager, method: str, body: Any, when: str
) -> None:
    key = create(manager)
    switch(manager, True)
    refused = manager.call(method, f"{KEYS}/{key['id']}", body)
    assert (refused.status, refused.json["code"]) == (422, "signing_key_required")
    assert when in refused.json["message"]
    assert manager.get(KEYS).json["entries"][0]["expires_at"] is None

    assert manager.call(method, f"{KEYS}/{key['id']}", body, query="force=true").status in (200, 204)


def test_a_successor_that_ends_sooner_is_no_successor(manager: Manager) -> None:
    lasting = create(manager)
    create(manager, expires_at="2026-04-01T00:00:00Z")
    switch(manager, True)
    assert manager.call("DELETE", f"{KEYS}/{lasting['id']}").status == 422
    switch(manager, False)
    assert manager.call("DELETE", f"{KEYS}/{lasting['id']}").status == 204


def test_of_two_who_revoke_the_last_two_keys_at_once_one_is_refused(
    manager: Manager, services: Services
) -> None:
    first, second = create(manager)["id"], create(manager)["id"]
    switch(manager, True)
    ports = SigningKeyPorts(services.environments, services.signing_keys, services.new_uuid)

    class Meanwhile:
        """The keys as they are when the first caller looks; the second one revokes right behind that look."""

        def __init__(self) -> None:
            self.looks = 0

        def all(self, env: str) -> Any:
            found = services.signing_keys.all(env)
            self.looks += 1
            if self.looks == 1:
                revoke_signing_key(ports, env, second, NOW)
            return found

        put, delete = services.signing_keys.put, services.signing_keys.delete

    meanwhile = Meanwhile()
    with pytest.raises(SigningKeyRequiredError):
        revoke_signing_key(ports._replace(signing_keys=meanwhile), "development", first, NOW)
    assert meanwhile.looks == 2
    assert ids(manager) == [first]


def test_who_switches_on_while_the_key_is_revoked_is_told(manager: Manager, services: Services) -> None:
    key = create(manager)["id"]
    seen = services.environments.get("development")
    assert seen is not None
    manager.call("DELETE", f"{KEYS}/{key}")
    with pytest.raises(ConflictError):
        services.environments.put(replace(seen, requires_user_token=True))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "signing_keys", None),
        ("POST", "signing_keys", {}),
        ("GET", "client_authentication", None),
        ("PUT", "client_authentication", {"enhanced_security": False}),
    ],
)
def test_an_unknown_environment_is_a_404(manager: Manager, method: str, path: str, body: Any) -> None:
    for slug in ("moon", "x" * 3000):
        answer = manager.call(method, f"/environments/{slug}/{path}", body)
        assert (answer.status, "there are development, production" in answer.json["message"]) == (404, True)


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", KEYS, {"expires_at": "2020-01-01"}, "expires_at"),
        ("POST", KEYS, {"public_key": "ssh-rsa AAAA"}, "public_key"),
        ("POST", KEYS, {"private_key": "x"}, "private_key"),
        ("PUT", AUTHENTICATION, {"enhanced_security": "yes"}, "enhanced_security"),
        ("PUT", AUTHENTICATION, {}, "enhanced_security"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    manager: Manager, method: str, path: str, body: Any, field: str
) -> None:
    manager.call(method, path, body)
    assert list(manager.problems()) == [field]


def test_only_service_tokens_may(manager: Manager) -> None:
    for key in (account.SECRET_KEY, account.PUBLIC_KEY):
        for method, path in (("GET", KEYS), ("POST", KEYS), ("GET", AUTHENTICATION), ("PUT", AUTHENTICATION)):
            assert manager.call(method, path, {}, key=key).status == 403
