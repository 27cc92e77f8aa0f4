"""Preferences that several change at once, or in several sets at once."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.users.handler import lambda_handler as users
from tocsin.domain.errors import ConflictError, InvalidParamsError
from tocsin.domain.preferences import PreferenceSet
from tocsin.domain.recipients import user
from tocsin.lambda_kit.services import Services
from tocsin.store.preferences import PreferenceStore
from tocsin.usecases.identify import identify
from tocsin.usecases.set_preferences import PreferencePorts, set_inline_preferences

NOW = datetime(2026, 1, 1, tzinfo=UTC)
JANE = "/v1/users/jane/preferences"
Call = Callable[..., Any]


@pytest.fixture
def jane(api: Call) -> Call:
    def call(method: str, path: str = "", body: object = None, **more: Any) -> Any:
        return api(users, method, JANE + path, body, **more)

    return call


def test_two_who_change_different_parts_at_once_both_succeed(
    jane: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    jane("PUT", "/default", {"categories": {"kept": True}})
    interrupting = [
        ("/default/workflows/a", {"subscribed": False}),
        ("/default/channel_types", {"sms": True}),
    ]
    read = PreferenceStore.get_many

    def read_and_be_overtaken(*arguments: Any) -> dict[str, PreferenceSet]:
        found = read(*arguments)
        if interrupting:
            assert jane("PUT", *interrupting.pop()).status == 200
        return found

    monkeypatch.setattr(PreferenceStore, "get_many", read_and_be_overtaken)
    merged = jane("PUT", "/default/workflows/b", {"subscribed": True}).json
    assert merged["workflows"] == {"a": False, "b": True}
    assert (merged["categories"], merged["channel_types"]) == ({"kept": True}, {"sms": True})


def ports(services: Services) -> PreferencePorts:
    return PreferencePorts(services.recipients, services.preferences)


def test_who_is_overtaken_ever_again_gives_up_with_a_conflict(
    jane: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*_: Any) -> None:
        raise ConflictError("somebody was faster")

    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(PreferenceStore, "put", overtaken)
    answer = jane("PUT", "/default", {})
    assert (answer.status, answer.json["code"]) == (409, "conflict")


def test_a_set_made_again_is_not_overwritten_by_who_read_the_first(services: Services) -> None:
    store, ref = services.preferences, user("jane")
    identify(services.recipients, "development", ref, {}, NOW)
    store.put("development", ref, PreferenceSet("default", {"workflows": {"a": True}}), NOW)
    read = store.get_many("development", ref, ["default"])["default"]
    store.delete("development", ref, "default")
    store.put("development", ref, PreferenceSet("default"), NOW.replace(second=1))
    with pytest.raises(ConflictError):
        store.put("development", ref, read, NOW.replace(second=2))


def test_nobody_who_was_deleted_gets_preferences(services: Services) -> None:
    with pytest.raises(ConflictError):
        services.preferences.put("development", user("nobody"), PreferenceSet("default"), NOW)


def test_inline_preferences_merge_into_each_set_or_into_none(services: Services) -> None:
    ref, both = user("jane"), {"default": {"workflows": {"a": True}}, "acme": {"workflows": {"b": True}}}
    set_inline_preferences(ports(services), "development", ref, both, NOW)
    more = {"default": {"workflows": {"c": False}}, "acme": {"workflows": {"b": "x"}}}
    with pytest.raises(InvalidParamsError) as refusal:
        set_inline_preferences(ports(services), "development", ref, more, NOW)
    assert [problem.field for problem in refusal.value.problems] == ["preferences.acme.workflows.b"]
    set_inline_preferences(ports(services), "development", ref, {"default": more["default"]}, NOW)
    stored = {one.id: one.settings for one in services.preferences.all("development", ref)}
    assert stored == {"acme": {"workflows": {"b": True}}, "default": {"workflows": {"a": True, "c": False}}}
