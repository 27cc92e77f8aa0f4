"""What the story's people do, done with knockapi, and what it saw. Its facts are those of `facts.js`."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from knockapi import APIStatusError, Knock

Json = dict[str, Any]

PATIENCE = 40.0
_MARKS = ("seen", "read", "interacted", "archived")
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
    memory = _Memory()
    players = {
        name: _Player(_client(script["host"], role, signing_key), script["feed"], role.get("me", ""), memory)
        for name, role in script["cast"].items()
    }
    return {step["step"]: _told(step, players[step["as"]]) for step in script["steps"]}


def _told(step: Json, player: "_Player") -> Any:
    deadline = time.monotonic() + (PATIENCE if step.get("eventually") else 0)
    while True:
        fact = player.do(step["do"], step.get("with", {}))
        if fact == step["see"] or time.monotonic() >= deadline:
            return fact
        time.sleep(0.2)


def _client(host: str, role: Json, signing_key: str) -> Knock:
    headers = {}
    if role.get("signed_for"):
        now = datetime.now(UTC)
        claims = {"sub": role["signed_for"], "iat": now, "exp": now + timedelta(hours=1)}
        headers["X-Knock-User-Token"] = jwt.encode(claims, signing_key, algorithm="RS256")
    return Knock(
        api_key=role["key"], base_url=host, default_headers=headers, _strict_response_validation=True
    )


class _Player:
    """Someone of the cast: one method for each verb of the story."""

    def __init__(self, knock: Knock, feed: str, me: str, memory: "_Memory") -> None:
        self._knock, self._feed, self._me, self._memory = knock, feed, me, memory

    def do(self, verb: str, given: Json) -> Any:
        deed: Callable[..., Any] = getattr(self, verb)
        try:
            return deed(**given)
        except APIStatusError as error:
            body = error.body if isinstance(error.body, dict) else {}
            return {"error": {"status": error.status_code, "code": body.get("code")}}

    def identify(self, properties: Json, user: str = "") -> Json:
        return _person(self._knock.users.update(user or self._me, extra_body=properties).to_dict())

    def user(self) -> Json:
        return _person(self._knock.users.get(self._me).to_dict())

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
        found = self._knock.users.list_messages(user, **_as_text(query)).items
        return [_message(message) for message in self._memory.keep([item.to_dict() for item in found])]

    def content(self, message: str) -> str:
        data = self._knock.messages.get_content(self._memory.id(message)).to_dict()["data"]
        return str(data.get("subject_line") or data["blocks"][0]["rendered"])  # type: ignore[index, attr-defined]

    def events(self, message: str) -> list[str]:
        return [event.type for event in self._knock.messages.list_events(self._memory.id(message)).items]

    def activities(self, message: str) -> list[Json]:
        found = self._knock.messages.list_activities(self._memory.id(message)).items
        rows: list[Any] = [activity.to_dict() for activity in found]
        return [
            {"actor": row["actor"]["id"], "recipient": row["recipient"]["id"], "data": row["data"]}
            for row in rows
        ]

    def feed(self, **query: Any) -> Json:
        page = self._items(query)
        self._memory.keep(page["entries"])
        return _feed(page)

    def walk(self, **query: Any) -> list[str]:
        pages = self._knock.users.feeds.list_items(self._me, self._feed, **self._feed_query(query))
        return [_message(item.to_dict()) for item in pages]

    def newer(self, than: str) -> list[str]:
        items: list[str] = _feed(self._items({"before": than}))["items"]
        return items

    def item(self, message: str, mode: str) -> Json:
        wanted = self._memory.id(message)
        [item] = [item for item in self._items({"mode": mode})["entries"] if item["id"] == wanted]
        return {
            "rendered": item["blocks"][0]["rendered"],
            "actors": [actor["name"] for actor in item["actors"]],
            "activities": len(item["activities"]),
            "data": item["data"],
            "tenant": item["tenant"],
            "source": item["source"]["key"],
            "categories": item["source"]["categories"],
        }

    def badge(self) -> Json:
        return _badge(self._items({})["meta"])

    def settings(self) -> Json:
        return self._knock.users.feeds.get_settings(self._me, self._feed).to_dict()["features"]  # type: ignore[return-value]

    def message(self, message: str) -> str:
        return self.unknown_message(self._memory.id(message))

    def unknown_message(self, id: str) -> str:  # noqa: A002  # the story's word
        return _message(self._knock.messages.get(id).to_dict())

    def mark(self, message: str, **how: Any) -> str:
        mark = getattr(self._knock.messages, _MARK[how.pop("as")])
        return _message(mark(self._memory.id(message), **how).to_dict())

    def unmark(self, message: str, **how: Any) -> str:
        unmark = getattr(self._knock.messages, _UNMARK[how["as"]])
        return _message(unmark(self._memory.id(message)).to_dict())

    def mark_many(self, messages: Sequence[str], **how: Any) -> list[str]:
        mark = getattr(self._knock.messages.batch, _MARK_MANY[how["as"]])
        changed = mark(message_ids=[self._memory.id(name) for name in messages])
        return [_message(message.to_dict()) for message in changed]

    def preferences(self) -> Json:
        return _preferences(self._knock.users.get_preferences(self._me, "default").to_dict())

    def set_preferences(self, **preferences: Any) -> Json:
        return _preferences(self._knock.users.set_preferences(self._me, "default", **preferences).to_dict())

    def all_preferences(self) -> list[Json]:
        return [_preferences(found.to_dict()) for found in self._knock.users.list_preferences(self._me)]

    def channel_data(self, channel: str) -> Any:
        return self._knock.users.get_channel_data(self._me, channel).to_dict()["data"]["tokens"]  # type: ignore[index]

    def set_channel_data(self, channel: str, data: Any) -> Any:
        saved = self._knock.users.set_channel_data(self._me, channel, data=data)
        return saved.to_dict()["data"]["tokens"]  # type: ignore[index]

    def _items(self, query: Json) -> Any:
        query = self._feed_query(query)
        return self._knock.users.feeds.list_items(self._me, self._feed, **query).to_dict()

    def _feed_query(self, query: Json) -> Json:
        query = {"mode": "compact", **_as_text(query)}
        for cursor in {"after", "before"} & query.keys():
            query[cursor] = self._memory.message(query[cursor])["__cursor"]
        if name := query.pop("later_than", None):
            query["inserted_at"] = {"gt": self._memory.message(name)["inserted_at"]}
        return query


class _Memory:
    """Messages and runs by the names that the story gives them."""

    def __init__(self) -> None:
        self._messages: dict[str, Json] = {}
        self._runs: list[str] = []

    def keep(self, messages: Sequence[Any]) -> Sequence[Any]:
        for message in messages:
            self._messages[_name(message)] = {**self._messages.get(_name(message), {}), **message}
        return messages

    def message(self, name: str) -> Json:
        return self._messages[name]

    def id(self, name: str) -> str:
        return str(self._messages[name]["id"])

    def run(self, run_id: str) -> int:
        if run_id not in self._runs:
            self._runs.append(run_id)
        return self._runs.index(run_id) + 1


def _name(message: Mapping[str, Any]) -> str:
    channel = message.get("channel") or {"type": "in_app_feed"}
    text: str = message["data"]["text"]
    return text if channel["type"] == "in_app_feed" else f"{text} by {channel['type']}"


def _message(message: Mapping[str, Any]) -> str:
    marks = [mark for mark in _MARKS if message[f"{mark}_at"] is not None]
    return f"{_name(message)} ({', '.join(marks)})" if marks else _name(message)


def _feed(page: Mapping[str, Any]) -> Json:
    return {"items": [_message(item) for item in page["entries"]], **_badge(page["meta"])}


def _badge(meta: Mapping[str, Any]) -> Json:
    return {"total": meta["total_count"], "unseen": meta["unseen_count"], "unread": meta["unread_count"]}


def _person(user: Mapping[str, Any]) -> Json:
    return {name: user[name] for name in ("id", "name", "email", "plan")}


def _preferences(found: Mapping[str, Any]) -> Json:
    return {name: found[name] for name in ("id", "channel_types", "workflows", "categories")}


def _as_text(query: Json) -> Json:
    """The client takes trigger data as JSON text."""
    text = {"trigger_data": json.dumps(query["trigger_data"])} if "trigger_data" in query else {}
    return {**query, **text}
