"""A push as Google and Apple write it, whoever carries it there."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain import json_text

Content = Mapping[str, Any]
# What wakes an app without showing anything.
SILENT_APS = {"content-available": 1}
SILENT_APNS_HEADERS = {"apns-push-type": "background", "apns-priority": "5"}


def is_silent(content: Content) -> bool:
    return bool(content["delivery_type"] == "silent")


def alert(content: Content) -> dict[str, str]:
    return {"title": content["title"], "body": content["body"]}


def fcm_message(content: Content) -> dict[str, Any]:
    """https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages, but for its data: `as_texts`."""
    message: dict[str, Any] = {"data": content["data"]}
    if not is_silent(content):
        return {"notification": alert(content), **message}
    apns = {"headers": SILENT_APNS_HEADERS, "payload": {"aps": SILENT_APS}}
    return {**message, "android": {"priority": "high"}, "apns": apns}


def apns_payload(content: Content) -> dict[str, Any]:
    """https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification"""
    aps = SILENT_APS if is_silent(content) else {"alert": alert(content)}
    return {**content["data"], "aps": aps}


def as_texts(message: Mapping[str, Any]) -> dict[str, Any]:
    """An FCM message whose data is as Google takes it, whoever said it."""
    return {**message, "data": dict(_texts(message["data"]))} if "data" in message else dict(message)


def _texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Google takes texts alone: what lies deeper is named by its way there, and null is left out.

    >>> dict(_texts({"a": {"b": [21, False]}, "c": "d", "e": None}))
    {'a.b.0': '21', 'a.b.1': 'false', 'c': 'd'}
    """
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(inner, f"{name}.{key}" if name else str(key))
    elif value is not None:
        yield name, value if isinstance(value, str) else json_text.dumps(value)
