"""One story, told with each official client on the deployed stack: the same happens, and every client sees the same."""

import json
import os
import subprocess
import sys
import time
from typing import Any

import pytest

from local.settings import ROOT
from tests.builders.guides import GUIDE_CHANNEL, guide, step
from tests.builders.recipients_story import PUSH_CHANNEL
from tests.builders.stack import Product, email, eventually, in_app
from tests.clients import knockapi_teller
from tocsin.domain.rate_limits import Scope
from tocsin.store.rates import RateStore
from tocsin.store.table import Table

FOLDER = ROOT / "tests" / "clients"
NODE = ROOT / ".venv" / "bin" / "node"
LIMIT = 180.0
# knockapi, @knocklabs/node, and @knocklabs/client with @knocklabs/node as its product's backend
CLIENTS = ("knockapi", "server", "browser")
FEED_ENDPOINT = "GET /v1/users/{user_id}/feeds/{channel_id}"
MORE_THAN_ANY_LIMIT = 100_000

Json = dict[str, Any]

# One after the other: they switch the security of an environment, and see every guide of another.
pytestmark = [pytest.mark.usefixtures("push_channel", "guide_channel"), pytest.mark.xdist_group("production")]


@pytest.mark.parametrize("client", CLIENTS)
def test_every_client_tells_the_same_story(product: Product, client: str) -> None:
    script = _script(product)
    _expect_all_of(script, _told_with(client, script, product))


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_that_is_refused_for_a_second_tries_again(
    product: Product, table: Table, client: str
) -> None:
    jane = product.user("jane")
    cast = {"Jane": {"key": product.stack.public_key, "me": jane}}
    nothing = {"items": [], "total": 0, "unseen": 0, "unread": 0}
    look = {"step": "Jane looks", "as": "Jane", "do": "feed", "see": nothing}
    script = {**_stage(product), "cast": cast, "steps": [look]}
    counter, scope = RateStore(table), Scope("development", FEED_ENDPOINT, jane)

    def refused_and_served() -> bool:
        """Others have taken all of this second and of the next."""
        now = int(time.time())
        taken = [counter.take(scope, window, MORE_THAN_ANY_LIMIT) for window in (now, now + 1)]
        _expect_all_of(script, _told_with(client, script, product))
        return any(counter.take(scope, now + place, 0) > before for place, before in enumerate(taken))

    eventually(refused_and_served, "a call within those two seconds")


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
    text = (FOLDER / "story.json").read_text()
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return {**_stage(product), **json.loads(text)}


def _stage(product: Product) -> Json:
    return {
        "host": product.stack.api_url,
        "feed": product.stack.channels["in-app"],
        "guides": GUIDE_CHANNEL,
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


def _expect_all_of(script: Json, saw: Json) -> None:
    told = {step["step"]: step["see"] for step in script["steps"]}
    assert saw.keys() == told.keys()
    differences = [
        f"{name}\n  saw       {json.dumps(saw[name])}\n  should be {json.dumps(told[name])}"
        for name in told
        if saw[name] != told[name]
    ]
    assert not differences, "\n".join(["the client saw something else:", *differences])


def _told_with(client: str, script: Json, product: Product) -> Json:
    signing_key = (ROOT / product.stack.signing_key_path).read_text()
    if client == "knockapi":
        return knockapi_teller.tell(script, signing_key)
    return _told_by_node(client, script, signing_key)


def _told_by_node(client: str, script: Json, signing_key: str) -> Json:
    command = [str(NODE), "tell.js", client]
    environment = {"PATH": os.environ["PATH"], "KNOCK_SIGNING_KEY": signing_key}
    done = subprocess.run(
        command,
        cwd=FOLDER,
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
