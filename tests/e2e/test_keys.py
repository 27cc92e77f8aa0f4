"""Keys on the deployed stack, where roles are enforced and a list is an index: through the API and the command."""

import json
import subprocess
import sys
from typing import Any

import jwt
import pytest

from local.seed import StackInfo
from local.settings import ROOT
from tests.builders.stack import Product, eventually

SIGNING_KEYS = "/v1/environments/production/signing_keys"
AUTHENTICATION = "/v1/environments/production/client_authentication"


def admin(stack: StackInfo, *arguments: str, stdin: str = "") -> Any:
    """What an operator types."""
    where = ("--table", "tocsin-local", "--endpoint", stack.aws_endpoint_url, "--json")
    command = [sys.executable, "-m", "admin", *arguments, *where]
    told = subprocess.run(command, input=stdin, cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def test_a_key_lives_from_the_api_to_the_command(product: Product) -> None:
    name = product.id("backend")
    wanted = {"kind": "secret", "environment": "development", "name": name}
    created = product.manage("POST", "/v1/api_keys", wanted).json()
    assert product.call("GET", "/v1/users", key=created["key"]).status_code == 200

    def entry() -> Any:
        found = admin(product.stack, "keys", "list", "--environment", "development")
        return next((key for key in found if key["name"] == name), None)

    assert eventually(entry, "the new key in the list")["id"] == created["id"]
    admin(product.stack, "keys", "revoke", "-", stdin=created["key"])
    assert product.manage("DELETE", f"/v1/api_keys/{created['id']}").status_code == 404


@pytest.mark.xdist_group("production")
def test_signing_keys_and_enhanced_security_change_together(product: Product) -> None:
    for other in product.manage("GET", SIGNING_KEYS).json()["entries"]:
        assert product.manage("DELETE", f"{SIGNING_KEYS}/{other['id']}?force=true").status_code == 204
    key = product.manage("POST", SIGNING_KEYS, {}).json()
    token = jwt.encode({"sub": "ada"}, key["private_key"], algorithm="RS256")
    assert jwt.decode(token, key["public_key"], algorithms=["RS256"]) == {"sub": "ada"}

    assert product.manage("PUT", AUTHENTICATION, {"enhanced_security": True}).status_code == 200
    refused = product.manage("DELETE", f"{SIGNING_KEYS}/{key['id']}")
    assert (refused.status_code, refused.json()["code"]) == (422, "signing_key_required")
    assert admin(product.stack, "enhanced-security", "off", "--environment", "production") == {
        "__typename": "ClientAuthentication",
        "environment": "production",
        "enhanced_security": False,
    }
    assert product.manage("DELETE", f"{SIGNING_KEYS}/{key['id']}").status_code == 204


def test_the_stack_hands_over_the_signing_key_of_its_environment(product: Product) -> None:
    private_key = (ROOT / product.stack.signing_key_path).read_text()
    token = jwt.encode({"sub": product.user()}, private_key, algorithm="RS256")
    feed = f"/v1/users/{product.id('jane')}/feeds/{product.stack.channels['in-app']}"
    headers = {"Authorization": f"Bearer {product.stack.public_key}", "X-Knock-User-Token": token}
    assert product.http.get(feed, headers=headers).status_code == 200
    forged = jwt.encode({"sub": product.id("jane")}, "x" * 32, algorithm="HS256")
    refused = product.http.get(feed, headers={**headers, "X-Knock-User-Token": forged})
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_user_token")
