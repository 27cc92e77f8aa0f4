"""`make demo`: one notification from trigger to inbox, through the whole stack, with the official client."""

import time
from dataclasses import replace

import httpx
from knockapi import APIConnectionError, APIStatusError, Knock
from knockapi.types import Message
from rich.console import Console

from local import ports
from local.console import LocalError, Step, say
from local.demo_report import channel_type, show
from local.seed import StackInfo
from local.settings import WORK, Settings, from_environment
from local.stack import LocalStack

WORKFLOW = "welcome"
USER = "ada"
PATIENCE = 60.0
DEFINITION = {
    "name": "Welcome",
    "steps": [
        {
            "type": "channel",
            "ref": "in_app_1",
            "channel_key": "in-app",
            "channel_type": "in_app_feed",
            "template": {
                "markdown_body": "Welcome to **{{ data.product }}**, {{ recipient.name }}!",
                "action_url": "/start",
            },
        },
        {"type": "delay", "ref": "delay_1", "settings": {"delay_for": {"unit": "seconds", "value": 2}}},
        {
            "type": "channel",
            "ref": "email_1",
            "channel_key": "email",
            "channel_type": "email",
            "template": {
                "subject": "{{ recipient.name }}, your first steps with {{ data.product }}",
                "html_body": "<p>Hello {{ recipient.name }}, two seconds have passed. Time for an email.</p>",
                "settings": {"layout_key": "default"},
            },
        },
    ],
}


def demo() -> int:
    settings = _settings()
    stack = LocalStack(settings)
    started = time.monotonic()
    try:
        info = stack.up()
        _tell(info)
    except (APIStatusError, APIConnectionError, httpx.HTTPError) as error:
        raise LocalError(f"the demo's call failed: {error}; logs are in {settings.folder}") from error
    finally:
        with Step("Stopping everything"):
            stack.down()
    say(
        f"\nThat took {time.monotonic() - started:.0f} s, and nothing is left running. To go on from here: `make dev`"
        " keeps the stack up and prints curl lines to try; docs/quickstart.md is the five-minute tour."
    )
    return 0


def _settings() -> Settings:
    """A stack of its own: one that `make up` started keeps running, untouched, beside it."""
    wanted = from_environment(WORK / "demo")
    port = ports.free_port(wanted.port)
    emulator_port = ports.free_port(wanted.emulator_port)
    if (port, emulator_port) != (wanted.port, wanted.emulator_port):
        say(f"  The usual ports are taken; the demo uses {port} and {emulator_port} instead")
    return replace(wanted, port=port, emulator_port=emulator_port)


def _tell(info: StackInfo) -> None:
    client = Knock(api_key=info.secret_key, base_url=info.api_url)
    with Step(f"Creating user `{USER}` and workflow `{WORKFLOW}`"):
        client.users.update(USER, name="Ada Lovelace", email="ada@example.com")
        _create_workflow(info)
    with Step("Triggering it, and waiting for both messages"):
        begun = time.monotonic()
        run = client.workflows.trigger(
            WORKFLOW, recipients=[USER], data={"product": "Tocsin"}
        ).workflow_run_id
        messages = _wait_for_messages(client, run)
        took = time.monotonic() - begun
    show(Console(), client, info, messages, took)


def _create_workflow(info: StackInfo) -> None:
    headers = {"authorization": f"Bearer {info.service_token}"}
    environment = {"environment": info.environment}
    with httpx.Client(base_url=info.api_url, headers=headers, timeout=30.0) as management:
        for path, query, body in (
            (f"/v1/workflows/{WORKFLOW}", {**environment, "commit": "true"}, {"workflow": DEFINITION}),
            (f"/v1/workflows/{WORKFLOW}/activate", environment, {"status": True}),
        ):
            answer = management.put(path, params=query, json=body)
            if answer.is_error:
                raise LocalError(f"PUT {path} answered {answer.status_code}: {answer.text}")


def _wait_for_messages(client: Knock, run: str) -> list[Message]:
    deadline = time.monotonic() + PATIENCE
    while True:
        messages = client.messages.list(workflow_run_id=run).items
        if len(messages) == 2 and all(message.status == "delivered" for message in messages):
            return sorted(messages, key=lambda message: message.inserted_at)
        if time.monotonic() > deadline:
            states = ", ".join(f"{channel_type(message)}: {message.status}" for message in messages) or "none"
            raise LocalError(f"after {PATIENCE:.0f} s the two messages had not arrived (so far: {states})")
        time.sleep(0.2)
