"""Channels made on the deployed stack, where roles are enforced: from the API call to the signed request."""

import base64
import hashlib
import hmac
import json
import subprocess
import sys
from typing import Any

from local.settings import ROOT
from tests.builders.stack import Product, eventually, in_app

SECRET = base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
OTHER_SECRET = base64.b64encode(b"fedcba9876543210fedcba9876543210").decode()


def admin(product: Product, *arguments: str, stdin: str = "") -> Any:
    """What an operator types."""
    where = ("--table", "tocsin-local", "--endpoint", product.stack.aws_endpoint_url, "--json")
    command = [sys.executable, "-m", "admin", "channels", *arguments, *where]
    told = subprocess.run(command, input=stdin, cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def step(channel: str) -> dict[str, Any]:
    return {"type": "channel", "ref": "hook_1", "channel_key": channel, "template": {}}


def received(product: Product, path: str) -> dict[str, Any]:
    """The one request that the channel's receiver got."""

    def look() -> Any:
        requests = product.http.get("/sink").json()
        return [one for one in requests if one["path"] == f"/webhook/{path}"]

    [request] = eventually(look, f"a request at {path}")
    return dict(request)


def is_signed(request: dict[str, Any], secret: str) -> bool:
    """As the receiver of a Standard Webhook checks it."""
    headers = request["headers"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{request['body']}"
    expected = hmac.new(base64.b64decode(secret), signed.encode(), hashlib.sha256).digest()
    return bool(headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}")


def test_a_webhook_channel_made_by_a_call_sends_what_its_receiver_can_verify(product: Product) -> None:
    key = product.id("hook")
    settings = {
        "url": f"{product.stack.api_url}/sink/webhook/{key}",
        "headers": [{"key": "content-type", "value": "text/plain"}],
        "body": "Order {{ data.order }} of {{ recipient.name }}",
    }
    channel = {
        "name": "Orders",
        "provider": "http_knock_webhook",
        "settings": settings,
        "secrets": {"signing_key": f"whsec_{SECRET}"},
    }
    made = product.manage("PUT", f"/v1/channels/{key}", {"channel": channel})
    assert made.status_code == 200, made.text
    shown = made.json()["channel"]["environment_settings"]["development"]
    assert (shown["channel_settings"], shown["secrets_set"]) == (settings, ["signing_key"])

    jane, flow = product.user("jane"), product.workflow(step(key))
    product.knock.workflows.trigger(flow, recipients=[jane], data={"order": 7})
    product.arrived(jane, "delivered")

    request = received(product, key)
    assert request["body"] == "Order 7 of Jane"
    assert is_signed(request, SECRET)
    assert not is_signed(request, OTHER_SECRET)

    refused = product.manage("DELETE", f"/v1/channels/{key}")
    assert (refused.status_code, refused.json()["code"]) == (422, "channel_in_use")
    product.workflow(in_app())
    assert product.manage("DELETE", f"/v1/channels/{key}").status_code == 204
    assert product.manage("GET", f"/v1/channels/{key}").status_code == 404


def test_a_channel_made_by_the_command_is_the_same_to_the_api(product: Product) -> None:
    key = product.id("hook")
    url = f"{product.stack.api_url}/sink/webhook/{key}"
    where = (key, "--environment", "development")
    new = ("--name", "Orders", "--provider", "http_knock_webhook", "--setting", f"url={url}")
    secret = ("--secret", "signing_key=-")

    made = admin(product, "set", *where, *new, *secret, stdin=f"whsec_{OTHER_SECRET}\n")
    assert product.manage("GET", f"/v1/channels/{key}").json() == made
    assert key in [channel["key"] for channel in admin(product, "list")]
    replaced = admin(product, "set", *where, *secret, stdin=f"whsec_{SECRET}\n")
    assert replaced["environment_settings"]["development"]["secrets_set"] == ["signing_key"]

    jane, flow = product.user("jane"), product.workflow(step(key))
    product.knock.workflows.trigger(flow, recipients=[jane])
    product.arrived(jane, "delivered")
    assert is_signed(received(product, key), SECRET)

    product.workflow(in_app())
    assert admin(product, "remove", *where)["id"] == made["id"]
