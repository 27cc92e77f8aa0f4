"""One story, told with each official client on the deployed stack: the same happens, and every client sees the same."""

import json
import os
import subprocess
from typing import Any

import pytest

from local.settings import ROOT
from tests.builders.recipients_story import PUSH_CHANNEL
from tests.builders.stack import Product, email, in_app
from tests.clients import knockapi_teller

CLIENTS = ROOT / "tests" / "clients"
NODE = ROOT / ".venv" / "bin" / "node"
LIMIT = 180.0

pytestmark = pytest.mark.usefixtures("push_channel")


def test_knockapi_tells_the_story(product: Product) -> None:
    script = _script(product)
    assert knockapi_teller.tell(script, "") == _expected(script)


@pytest.mark.parametrize("teller", ["server", "browser"])
def test_the_npm_clients_tell_the_story(product: Product, teller: str) -> None:
    script = _script(product)
    assert _told_by_node(teller, script) == _expected(script)


def _script(product: Product) -> dict[str, Any]:
    """The story with this product's keys and names in it."""
    steps = in_app("Hi **{{ recipient.name }}**, {{ data.text }}"), email()
    names = {
        "name": product.name,
        "jane": f"jane doe:{product.name}+1@app.test",
        "tom": product.id("tom"),
        "acme": product.id("acme"),
        "flow": product.workflow(*steps, categories=["teams"]),
        "feed": product.stack.channels["in-app"],
        "email_channel": product.stack.channels["email"],
        "push_channel": PUSH_CHANNEL,
        "secret_key": product.stack.secret_key,
        "public_key": product.stack.public_key,
    }
    text = (CLIENTS / "story.json").read_text()
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return {"host": product.stack.api_url, "feed": names["feed"], **json.loads(text)}


def _expected(script: dict[str, Any]) -> dict[str, Any]:
    return {step["step"]: step["see"] for step in script["steps"]}


def _told_by_node(teller: str, script: dict[str, Any]) -> dict[str, Any]:
    command = [str(NODE), "tell.js", teller]
    done = subprocess.run(
        command,
        cwd=CLIENTS,
        input=json.dumps(script),
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}"
    saw: dict[str, Any] = json.loads(done.stdout)
    return saw
