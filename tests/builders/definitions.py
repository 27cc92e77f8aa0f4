"""Definitions as people write them, and a person with a service token who sends them."""

from collections.abc import Callable
from typing import Any

from functions.management.handler import lambda_handler
from tests.builders.account import SERVICE_TOKEN

Json = dict[str, Any]


def in_app_step(ref: str = "in_app_1", **changes: Any) -> Json:
    template = {"markdown_body": "Hi **{{ recipient.name }}**"}
    return {"type": "channel", "ref": ref, "channel_key": "in-app", "template": template, **changes}


def email_step(ref: str = "email_1", **template: Any) -> Json:
    written = {"subject": "Hello", "html_body": "<p>Hi</p>", "settings": {"layout_key": None}, **template}
    return {
        "type": "channel",
        "ref": ref,
        "channel_key": "email",
        "channel_type": "email",
        "template": written,
    }


def delay_step(ref: str = "delay_1", **settings: Any) -> Json:
    return {
        "type": "delay",
        "ref": ref,
        "settings": {"delay_for": {"unit": "seconds", "value": 2}, **settings},
    }


def workflow(*steps: Json, **fields: Any) -> Json:
    return {"name": "Welcome", "steps": list(steps) or [in_app_step()], **fields}


def layout(**fields: Any) -> Json:
    html = "<html><body>{{ content }}</body></html>"
    return {"name": "Plain", "html_layout": html, "text_layout": "{{ content }}", **fields}


def partial(**fields: Any) -> Json:
    return {"name": "Footer", "type": "html", "content": "<p>{{ text }}</p>", **fields}


class Manager:
    """Somebody with a service token. `answer` is the last one."""

    def __init__(self, api: Callable[..., Any]) -> None:
        self._api = api
        self.answer: Any = None

    def call(self, method: str, path: str, body: object = None, query: str = "", **options: Any) -> Any:
        options = {"key": SERVICE_TOKEN, **options}
        self.answer = self._api(lambda_handler, method, f"/v1{path}", body, query=query, **options)
        return self.answer

    def get(self, path: str, query: str = "") -> Any:
        return self.call("GET", path, query=query)

    def put(self, path: str, body: object = None, query: str = "") -> Any:
        return self.call("PUT", path, body, query)

    def save(self, key: str = "welcome", definition: Json | None = None, query: str = "") -> Any:
        return self.put(f"/workflows/{key}", {"workflow": definition or workflow()}, query)

    def save_layout(self, key: str = "plain", definition: Json | None = None, query: str = "") -> Any:
        return self.put(f"/email_layouts/{key}", {"email_layout": definition or layout()}, query)

    def save_partial(self, key: str = "footer", definition: Json | None = None, query: str = "") -> Any:
        return self.put(f"/partials/{key}", {"partial": definition or partial()}, query)

    def problems(self) -> dict[str, str]:
        """What the last answer, a 422, says of each field."""
        assert self.answer.status == 422, self.answer
        return {problem["field"]: problem["message"] for problem in self.answer.json["errors"]}
