"""What a teller writes down of an answer: names instead of ids, marks instead of times. As `facts.js`, in Python."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
Answer = Mapping[str, Any]

_MARKS = ("seen", "read", "interacted", "archived")


def message_fact(message: Answer) -> str:
    marks = _marks_of(message)
    return f"{_name_of(message)} ({', '.join(marks)})" if marks else _name_of(message)


def feed_fact(page: Answer) -> Json:
    return {"items": [message_fact(item) for item in page["entries"]], **badge_fact(page["meta"])}


def badge_fact(meta: Answer) -> Json:
    return {"total": meta["total_count"], "unseen": meta["unseen_count"], "unread": meta["unread_count"]}


def item_fact(item: Answer) -> Json:
    return {
        "rendered": item["blocks"][0]["rendered"],
        "actors": [actor["name"] for actor in item["actors"]],
        "activities": len(item["activities"]),
        "data": item["data"],
        "tenant": item["tenant"],
        "source": item["source"]["key"],
        "categories": item["source"]["categories"],
    }


def activity_fact(activity: Answer) -> Json:
    return {
        "actor": activity["actor"]["id"],
        "recipient": activity["recipient"]["id"],
        "data": activity["data"],
    }


def content_fact(found: Answer) -> str:
    data = found["data"]
    return str(data.get("subject_line") or data["blocks"][0]["rendered"])


def guide_fact(guide: Answer) -> Json:
    [step] = guide["steps"]
    return {"type": guide["type"], "title": step["content"]["title"], "marks": _marks_of(step["message"])}


def person_fact(user: Answer) -> Json:
    return {name: user[name] for name in ("id", "name", "email", "plan")}


def preferences_fact(found: Answer) -> Json:
    return {name: found[name] for name in ("id", "channel_types", "workflows", "categories")}


def error_fact(status: int, body: object) -> Json:
    return {"error": {"status": status, "code": body.get("code") if isinstance(body, dict) else None}}


class UnknownNameError(Exception):
    """The story speaks of something before any answer has shown it."""


class Memory:
    """What the story speaks of again, by the names that it gives; and the last bulk operation."""

    def __init__(self) -> None:
        self.operation_id = ""
        self._messages: dict[str, Answer] = {}
        self._guides: dict[str, Answer] = {}
        self._runs: list[str] = []

    def keep(self, message: Answer) -> Answer:
        name = _name_of(message)
        self._messages[name] = {**self._messages.get(name, {}), **message}
        return message

    def keep_guide(self, guide: Answer) -> Answer:
        self._guides[guide["key"]] = guide
        return guide

    def message(self, name: str) -> Answer:
        return _known(self._messages, name)

    def guide(self, key: str) -> Answer:
        return _known(self._guides, key)

    def id(self, name: str) -> str:
        return str(self.message(name)["id"])

    def run(self, run_id: str) -> int:
        """Runs are numbered in the order of their first appearance."""
        if run_id not in self._runs:
            self._runs.append(run_id)
        return self._runs.index(run_id) + 1


def _known(found: Mapping[str, Answer], name: str) -> Answer:
    if name not in found:
        raise UnknownNameError(f"the story speaks of {name!r} before any answer has shown it")
    return found[name]


def _name_of(message: Answer) -> str:
    """The text that it was triggered with, and its channel if not the feed."""
    channel = message.get("channel") or {"type": "in_app_feed"}
    text: str = message["data"]["text"]
    return text if channel["type"] == "in_app_feed" else f"{text} by {channel['type']}"


def _marks_of(marked: Answer) -> list[str]:
    return [mark for mark in _MARKS if marked[f"{mark}_at"] is not None]
