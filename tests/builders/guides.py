"""Guides as people write them, the channel they are shown in, and a browser that fetches and marks them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from functions.guides.handler import lambda_handler as guides
from functions.management.handler import lambda_handler as management
from tests.builders.account import PUBLIC_KEY, SERVICE_TOKEN
from tocsin.domain import json_text
from tocsin.domain.channels import IN_APP_GUIDE, Channel
from tocsin.domain.recipients import user
from tocsin.lambda_kit.services import Services, services_for
from tocsin.usecases.identify import identify

Json = dict[str, Any]

ENV = "development"
GUIDE_CHANNEL = "00000000-0000-4000-8000-000000000007"
AT = datetime(2026, 1, 1, tzinfo=UTC)


def add_channel(services: Services, *slugs: str) -> None:
    """No account has one from the start."""
    for slug in slugs or (ENV,):
        channel = Channel(
            GUIDE_CHANNEL, "in-app-guide", "In-app guide", IN_APP_GUIDE, "in_app_guide_knock", AT, AT
        )
        services.channels.put(slug, channel)


def step(ref: str = "step_1", **changes: Any) -> Json:
    written = {
        "ref": ref,
        "schema_key": "banner",
        "schema_semver": "1.0.0",
        "schema_variant_key": "default",
        "values": {"title": "Hello", "button": {"text": "Go", "dismissible": True}},
    }
    return {**written, **changes}


def guide(*steps: Json, **fields: Any) -> Json:
    return {
        "name": "Announcement",
        "channel_key": "in-app-guide",
        "steps": list(steps) or [step()],
        **fields,
    }


def known(services: Services, user_id: str, **properties: Any) -> None:
    identify(services.recipients, ENV, user(user_id), properties, AT)


class Product:
    """Somebody who edits guides, and Jane in her browser. `answer` is the last one."""

    def __init__(self, api: Callable[..., Any], user_id: str = "jane") -> None:
        self._api = api
        self.root = f"/v1/users/{user_id}/guides"
        self.answer: Any = None

    def edit(self, path: str, body: object = None, query: str = "", method: str = "PUT") -> Any:
        """Meets a process of the guides function that remembers nothing of before."""
        services_for.cache_clear()
        self.answer = self._api(management, method, f"/v1{path}", body, query=query, key=SERVICE_TOKEN)
        return self.answer

    def publish(self, key: str, definition: Json | None = None) -> None:
        self.edit(f"/guides/{key}", {"guide": definition or guide()}, "commit=true")
        assert self.answer.status == 200, self.answer

    def switch(self, key: str, *, on: bool) -> None:
        assert self.edit(f"/guides/{key}/activate", {"status": on}).status == 200

    def fetch(self, *, key: str = PUBLIC_KEY, channel: str = GUIDE_CHANNEL, **query: Any) -> Any:
        """The body; `data` is sent as JSON."""
        if isinstance(query.get("data"), dict):
            query["data"] = json_text.dumps(query["data"])
        self.answer = self._api(
            guides,
            "GET",
            f"{self.root}/{channel}",
            query="&".join(f"{n}={v}" for n, v in query.items()),
            key=key,
        )
        return self.answer.json

    def shown(self, **query: Any) -> list[str]:
        return [entry["key"] for entry in self.fetch(**query)["entries"]]

    def reasons(self, **query: Any) -> dict[str, str]:
        return {marker["key"]: marker["reason"] for marker in self.fetch(**query)["ineligible_guides"]}

    def message(self, key: str, ref: str = "step_1", **query: Any) -> Json:
        """What is told of a step, also of one that Jane does not get."""
        [entry] = [
            one for one in self.fetch(**query, force_all_guides="true")["entries"] if one["key"] == key
        ]
        [found] = [one["message"] for one in entry["steps"] if one["ref"] == ref]
        return dict(found)

    def mark(self, verb: str, key: str, ref: str = "step_1", *, message_id: str = "", **body: Any) -> Any:
        """With a message's id as older clients do."""
        sent = {
            "channel_id": GUIDE_CHANNEL,
            "guide_key": key,
            "guide_id": str(UUID(int=1)),
            "guide_step_ref": ref,
            **({"content": {}} if verb == "seen" else {}),
            **body,
        }
        path = f"/messages/{message_id}/{verb}" if message_id else f"/messages/{verb}"
        return self.put(path, sent)

    def put(self, path: str, body: Json) -> Any:
        self.answer = self._api(guides, "PUT", self.root + path, body, key=PUBLIC_KEY)
        return self.answer

    def reset(self, key: str, **body: Any) -> Any:
        return self.put("/engagements/reset", {"guide_key": key, **body})

    def problems(self) -> dict[str, str]:
        """What the last answer, a 422, says of each field."""
        assert self.answer.status == 422, self.answer
        return {problem["field"]: problem["message"] for problem in self.answer.json["errors"]}
