"""What the story's people do, done with knockapi in its strict mode, and what it saw."""

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from knockapi import APIError, APIStatusError, Knock

from tests.clients.knockapi_facts import (
    Json,
    Memory,
    UnknownNameError,
    activity_fact,
    badge_fact,
    content_fact,
    error_fact,
    feed_fact,
    guide_fact,
    item_fact,
    message_fact,
    person_fact,
    preferences_fact,
)

PATIENCE = 40.0
_MARK = {
    "seen": "mark_as_seen",
    "read": "mark_as_read",
    "interacted": "mark_as_interacted",
    "archived": "archive",
}
_UNMARK = {"seen": "mark_as_unseen", "read": "mark_as_unread", "archived": "unarchive"}
_MARK_MANY = {**_MARK, "unseen": "mark_as_unseen", "unread": "mark_as_unread", "unarchived": "unarchive"}


def tell(script: Json, signing_key: str) -> Json:
    """What was seen, by step."""
    memory = Memory()
    players = {
        name: _Player(_client(script["host"], role, signing_key), script, role.get("me", ""), memory)
        for name, role in script["cast"].items()
    }
    return {step["step"]: _told(step, players[step["as"]]) for step in script["steps"]}


def _told(step: Json, player: "_Player") -> Any:
    """At a step that takes its time, as soon as it is what the script says, or after a while."""
    deadline = time.monotonic() + (PATIENCE if step.get("eventually") else 0)
    while True:
        fact = player.do(step["do"], step.get("with", {}))
        if fact == step["see"] or time.monotonic() >= deadline:
            return fact
        time.sleep(0.2)


def _client(host: str, role: Json, signing_key: str) -> Knock:
    headers = {}
    if "signed_for" in role:
        now = datetime.now(UTC)
        claims = {"sub": role["signed_for"], "iat": now, "exp": now + timedelta(hours=1)}
        headers["X-Knock-User-Token"] = jwt.encode(claims, signing_key, algorithm="RS256")
    return Knock(
        api_key=role["key"], base_url=host, default_headers=headers, _strict_response_validation=True
    )


class _Player:
    """Someone of the cast: one method for each verb of the story."""

    def __init__(self, knock: Knock, script: Json, me: str, memory: Memory) -> None:
        self._knock, self._users, self._memory = knock, knock.users, memory
        self._me, self._feed, self._guides = me, script["feed"], script["guides"]

    def do(self, verb: str, given: Json) -> Any:
        deed: Callable[..., Any] = getattr(self, verb)
        try:
            return deed(**given)
        except APIStatusError as error:
            return error_fact(error.status_code, error.body)
        except (APIError, UnknownNameError) as error:
            return {"failed": str(error)}

    def identify(self, properties: Json, user: str = "") -> Json:
        return person_fact(self._users.update(user or self._me, extra_body=properties).to_dict())

    def user(self) -> Json:
        return person_fact(self._users.get(self._me).to_dict())

    def set_tenant(self, tenant: str, **properties: Any) -> Json:
        saved = self._knock.tenants.set(tenant, **properties)
        return {"id": saved.id, "name": saved.name}

    def trigger(self, workflow: str, **parameters: Any) -> Json:
        answer = self._knock.workflows.with_raw_response.trigger(workflow, **parameters)
        return {
            "run": self._memory.run(answer.parse().workflow_run_id),
            "replayed": answer.headers.get("idempotent-replayed") == "true",
        }

    def messages(self, user: str, **query: Any) -> list[str]:
        found = self._users.list_messages(user, **_with_text(query)).items
        return [message_fact(self._memory.keep(message.to_dict())) for message in found]

    def content(self, message: str) -> str:
        return content_fact(self._knock.messages.get_content(self._memory.id(message)).to_dict())

    def contents(self, messages: Sequence[str]) -> list[str]:
        ids = [self._memory.id(name) for name in messages]
        return [
            content_fact(found.to_dict()) for found in self._knock.messages.batch.get_content(message_ids=ids)
        ]

    def events(self, message: str) -> list[str]:
        return [event.type for event in self._knock.messages.list_events(self._memory.id(message)).items]

    def clicks(self, message: str) -> list[Any]:
        events = self._knock.messages.list_events(self._memory.id(message)).items
        return [event.data for event in events if event.type == "message.interacted"]

    def delivery(self, message: str) -> Json:
        [log] = self._knock.messages.list_delivery_logs(self._memory.id(message)).items
        return {
            "service": log.service_name,
            "method": log.request.method,
            "status": log.response.status,
        }

    def activities(self, message: str) -> list[Json]:
        found = self._knock.messages.list_activities(self._memory.id(message)).items
        return [activity_fact(activity.to_dict()) for activity in found]

    def feed(self, **query: Any) -> Json:
        page = self._page(query)
        for item in page["entries"]:
            self._memory.keep(item)
        return feed_fact(page)

    def walk(self, **query: Any) -> list[str]:
        items = self._users.feeds.list_items(self._me, self._feed, **self._feed_query(query))
        return [message_fact(item.to_dict()) for item in items]

    def newer(self, than: str) -> Any:
        return feed_fact(self._page({"before": than}))["items"]

    def item(self, message: str, mode: str) -> Json:
        wanted = self._memory.id(message)
        [item] = [item for item in self._page({"mode": mode})["entries"] if item["id"] == wanted]
        return item_fact(item)

    def badge(self) -> Json:
        return badge_fact(self._page({})["meta"])

    def settings(self) -> Any:
        return self._users.feeds.get_settings(self._me, self._feed).to_dict()["features"]

    def message(self, message: str) -> str:
        return self.unknown_message(self._memory.id(message))

    def unknown_message(self, id: str) -> str:  # noqa: A002 - the story's word
        return message_fact(self._knock.messages.get(id).to_dict())

    def mark(self, message: str, mark: str, **more: Any) -> str:
        call = getattr(self._knock.messages, _MARK[mark])
        return message_fact(call(self._memory.id(message), **more).to_dict())

    def unmark(self, message: str, mark: str) -> str:
        call = getattr(self._knock.messages, _UNMARK[mark])
        return message_fact(call(self._memory.id(message)).to_dict())

    def mark_many(self, messages: Sequence[str], mark: str) -> list[str]:
        call = getattr(self._knock.messages.batch, _MARK_MANY[mark])
        changed = call(message_ids=[self._memory.id(name) for name in messages])
        return [message_fact(message.to_dict()) for message in changed]

    def mark_all(self, mark: Any, of: Json | None = None) -> str:
        wanted = {"archived": "exclude", "recipient_ids": [self._me], **(of or {})}
        if "status" in wanted:
            wanted["engagement_status"] = wanted.pop("status")
        if "tenant" in wanted:
            wanted["tenants"] = [wanted.pop("tenant")]
        operation = self._knock.channels.bulk.update_message_status(self._feed, mark, **wanted)
        self._memory.operation_id = operation.id
        return operation.name

    def bulk_operation(self) -> Json:
        found = self._knock.bulk_operations.get(self._memory.operation_id)
        return {"status": found.status, "processed": found.processed_rows, "failed": found.error_count}

    def preferences(self) -> Json:
        return preferences_fact(self._users.get_preferences(self._me, "default").to_dict())

    def set_preferences(self, **preferences: Any) -> Json:
        return preferences_fact(self._users.set_preferences(self._me, "default", **preferences).to_dict())

    def all_preferences(self) -> list[Json]:
        return [preferences_fact(found.to_dict()) for found in self._users.list_preferences(self._me)]

    def channel_data(self, channel: str) -> Any:
        found: Any = self._users.get_channel_data(self._me, channel).to_dict()
        return found["data"]["tokens"]

    def set_channel_data(self, channel: str, data: Any) -> Any:
        saved: Any = self._users.set_channel_data(self._me, channel, data=data).to_dict()
        return saved["data"]["tokens"]

    def forget_channel_data(self, user: str, channel: str) -> None:
        self._users.unset_channel_data(user, channel)

    def guide(self, guide: str, data: Json | None = None) -> Json | None:
        found: Any = self._users.guides.get_channel(
            self._me, self._guides, data=json.dumps(data or {})
        ).to_dict()
        entry = next((entry for entry in found["entries"] if entry["key"] == guide), None)
        return guide_fact(self._memory.keep_guide(entry)) if entry else None

    def mark_guide(self, guide: str, mark: str, **more: Any) -> str:
        known = self._memory.guide(guide)
        [step] = known["steps"]
        call: Callable[..., Any] = getattr(self._users.guides, f"mark_message_as_{mark}")
        answer = call(
            self._me,
            channel_id=self._guides,
            guide_key=guide,
            guide_id=known["id"],
            guide_step_ref=step["ref"],
            **({"content": step["content"]} if mark == "seen" else {}),
            **more,
        )
        return str(answer.status)

    def reset_guide(self, guide: str) -> str:
        return self._users.guides.reset_guide_engagements(self._me, guide_key=guide).status

    def _page(self, query: Json) -> Any:
        return self._users.feeds.list_items(self._me, self._feed, **self._feed_query(query)).to_dict()

    def _feed_query(self, query: Json) -> Json:
        query = {"mode": "compact", **_with_text(query)}
        for cursor in {"after", "before"} & query.keys():
            query[cursor] = self._memory.message(query[cursor])["__cursor"]
        if name := query.pop("later_than", None):
            query["inserted_at"] = {"gt": self._memory.message(name)["inserted_at"]}
        return query


def _with_text(query: Json) -> Json:
    """The client takes trigger data as JSON text."""
    text = {"trigger_data": json.dumps(query["trigger_data"])} if "trigger_data" in query else {}
    return {**query, **text}
