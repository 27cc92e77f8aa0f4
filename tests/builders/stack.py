"""What a product's engineer does with a running stack, in a few words."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
from knockapi import Knock
from knockapi.types import Message, WorkflowRecipientRunDetail

from local.seed import StackInfo

Found = TypeVar("Found")
PATIENCE = 40.0


def eventually(
    look: Callable[[], Found | None], what: str, *, patience: float = PATIENCE, pause: float = 0.2
) -> Found:
    """The first answer that is something, within a deadline; what happens behind a queue takes its time."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(pause)
    raise AssertionError(f"waited {patience:.0f} seconds for {what}")


def in_app(text: str = "Hi **{{ recipient.name }}**", ref: str = "in_app_1") -> dict[str, Any]:
    return {"type": "channel", "ref": ref, "channel_key": "in-app", "template": {"markdown_body": text}}


def email(html: str = "<p>{{ data.text }}</p>", ref: str = "email_1", **more: Any) -> dict[str, Any]:
    template = {
        "subject": "Hello {{ recipient.name }}",
        "html_body": html,
        "settings": {"layout_key": "default"},
    }
    return {"type": "channel", "ref": ref, "channel_key": "email", "template": template, **more}


def delay(seconds: int) -> dict[str, Any]:
    return {
        "type": "delay",
        "ref": "delay_1",
        "settings": {"delay_for": {"unit": "seconds", "value": seconds}},
    }


class Product:
    def __init__(self, stack: StackInfo, knock: Knock, http: httpx.Client, name: str) -> None:
        self.stack = stack
        self.knock = knock
        self.http = http
        self.name = name

    def id(self, word: str) -> str:
        return f"{word}-{self.name}"

    def user(self, word: str = "jane", **properties: Any) -> str:
        user_id = self.id(word)
        properties = {"name": word.title(), "email": f"{user_id}@app.test", **properties}
        self.knock.users.update(user_id, extra_body=properties)
        return user_id

    def workflow(self, *steps: dict[str, Any], word: str = "flow", **content: Any) -> str:
        """Saved and committed; active from then on."""
        key = self.id(word)
        workflow = {"name": word, "steps": list(steps), **content}
        self.puts(f"/v1/workflows/{key}?commit=true", workflow=workflow)
        return key

    def puts(self, path: str, **body: object) -> None:
        """A definition or a setting of the account, which is accepted."""
        answer = self.manage("PUT", path, body)
        assert answer.status_code == 200, answer.text

    def manage(self, method: str, path: str, body: object = None) -> httpx.Response:
        joint = "&" if "?" in path else "?"
        return self.http.request(
            method,
            f"{path}{joint}environment=development",
            json=body,
            headers={"Authorization": f"Bearer {self.stack.service_token}"},
        )

    def call(self, method: str, path: str, *, key: str | None = None, **arguments: Any) -> httpx.Response:
        """A call that the official client would not make."""
        return self.http.request(
            method, path, headers={"Authorization": f"Bearer {key or self.stack.secret_key}"}, **arguments
        )

    def messages_of(self, user_id: str) -> list[Message]:
        """Oldest first."""
        return list(reversed(self.knock.users.list_messages(user_id).items))

    def arrived(self, user_id: str, *statuses: str) -> list[Message]:
        """The user's messages, once they have exactly these statuses in the order they were made."""

        def look() -> list[Message] | None:
            found = self.messages_of(user_id)
            return found if [message.status for message in found] == list(statuses) else None

        return eventually(look, f"messages of {user_id} to be {statuses}")

    def run_of(self, workflow: str, status: str) -> WorkflowRecipientRunDetail:
        """The only recipient run of a workflow, in detail, once it has that status."""

        def look() -> str | None:
            runs = self.knock.workflow_recipient_runs.list(workflow=workflow).items
            return runs[0].id if [run.status for run in runs] == [status] else None

        run_id = eventually(look, f"the run of {workflow} to be {status}")
        return self.knock.workflow_recipient_runs.get(run_id)

    def runs_of(self, workflow: str) -> list[WorkflowRecipientRunDetail]:
        """All recipient runs of a workflow, in detail, oldest first."""
        runs = self.knock.workflow_recipient_runs.list(workflow=workflow, page_size=50).items
        return [self.knock.workflow_recipient_runs.get(run.id) for run in reversed(runs)]

    def mailbox(self, address: str) -> list[dict[str, Any]]:
        """What the emulator's SES was given for an address."""
        accounts = httpx.get(f"{self.stack.aws_endpoint_url}/_ministack/ses/messages", timeout=30).json()[
            "messages"
        ]
        mails = [mail for sent in accounts.values() for mail in sent]
        return [mail for mail in mails if address in str(mail)]
