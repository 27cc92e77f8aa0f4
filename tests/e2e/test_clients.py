"""One story, told with each official client on the deployed stack: the same happens, and every client sees the same."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from local.settings import ROOT
from tests.builders.guides import GUIDE_CHANNEL, guide, step
from tests.builders.recipients_story import PUSH_CHANNEL
from tests.builders.stack import Product, email, in_app
from tests.clients import knockapi_teller

CLIENTS = ROOT / "tests" / "clients"
NODE = ROOT / ".venv" / "bin" / "node"
LIMIT = 180.0

Json = dict[str, Any]

pytestmark = pytest.mark.usefixtures("push_channel", "guide_channel")


def test_knockapi_tells_the_story(product: Product) -> None:
    script = _script(product)
    _expect_all_of(script, knockapi_teller.tell(script, _signing_key(product)))


@pytest.mark.parametrize("client", ["server", "browser"])
def test_the_npm_clients_tell_the_story(product: Product, client: str) -> None:
    script = _script(product)
    _expect_all_of(script, _told_by_node(client, script, _signing_key(product)))


def _script(product: Product) -> Json:
    """The story with this product's keys and names in it."""
    names = {
        "name": product.name,
        "jane": f"jane doe:{product.name}+1@app.test",
        "tom": product.id("tom"),
        "acme": product.id("acme"),
        "flow": product.workflow(
            in_app("Hi **{{ recipient.name }}**, {{ data.text }}"), email(), categories=["teams"]
        ),
        "guide": _published_guide(product),
        "feed": product.stack.channels["in-app"],
        "email_channel": product.stack.channels["email"],
        "push_channel": PUSH_CHANNEL,
        "secret_key": product.stack.secret_key,
        "public_key": product.stack.public_key,
        "production_key": _key_where_tokens_are_required(product),
    }
    text = (CLIENTS / "story.json").read_text()
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return {
        "host": product.stack.api_url,
        "feed": names["feed"],
        "guides": GUIDE_CHANNEL,
        **json.loads(text),
    }


def _published_guide(product: Product) -> str:
    key = product.id("guide")
    written = guide(
        step(values={"title": "Welcome to {{ data.page }}, {{ recipient.name }}"}), channel_key="guide"
    )
    answer = product.manage("PUT", f"/v1/guides/{key}?commit=true", {"guide": written})
    assert answer.status_code == 200, answer.text
    return key


def _key_where_tokens_are_required(product: Product) -> str:
    """A public key of production, where enhanced security is on."""
    root = "/v1/environments/production"
    wanted = {"kind": "public", "environment": "production"}
    answers = [
        product.manage("POST", f"{root}/signing_keys", {"name": product.name}),
        product.manage("PUT", f"{root}/client_authentication", {"enhanced_security": True}),
        product.manage("POST", "/v1/api_keys", wanted),
    ]
    assert all(answer.is_success for answer in answers), [answer.text for answer in answers]
    return str(answers[-1].json()["key"])


def _signing_key(product: Product) -> str:
    return (ROOT / product.stack.signing_key_path).read_text()


def _expect_all_of(script: Json, saw: Json) -> None:
    told = {step["step"]: step["see"] for step in script["steps"]}
    assert saw.keys() == told.keys()
    differences = [
        f"{name}\n  saw       {json.dumps(saw[name])}\n  should be {json.dumps(told[name])}"
        for name in told
        if saw[name] != told[name]
    ]
    assert not differences, "\n".join(["the client saw something else:", *differences])


def _told_by_node(client: str, script: Json, signing_key: str) -> Json:
    command = [str(NODE), "tell.js", client]
    environment = {"PATH": os.environ["PATH"], "KNOCK_SIGNING_KEY": signing_key}
    done = subprocess.run(
        command,
        cwd=CLIENTS,
        env=environment,
        input=json.dumps(script),
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    sys.stderr.write(done.stderr)  # what the client said, shown when the test fails
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}; {done.stdout}"
    saw: Json = json.loads(done.stdout)
    return saw
