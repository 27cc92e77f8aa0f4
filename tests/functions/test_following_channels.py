"""A webhook step that spells its channel's request out follows the channel, wherever it is promoted to."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders.channels import put_channel
from tests.builders.definitions import Manager, workflow
from tocsin.domain.definitions import DefinitionKind
from tocsin.lambda_kit.services import Services

HOOK = "http_knock_webhook"
REQUEST = {
    "method": "post",
    "url": "https://development.app.test/hooks",
    "headers": [{"key": "x-tenant", "value": "{{ tenant.id }}"}],
    "body": "{{ data | json }}",
}


@pytest.fixture
def manager(api: Callable[..., Any], services: Services) -> Manager:
    for env in ("development", "production"):
        put_channel(services, HOOK, env)
    set_request(services, REQUEST)
    return Manager(api)


def set_request(services: Services, request: dict[str, Any]) -> None:
    [channel] = [one for one in services.channels.all("development") if one.key == HOOK]
    channel.settings.clear()
    channel.settings.update(request)
    services.channels.put("development", channel)


def hook(template: dict[str, Any], ref: str = "hook_1") -> dict[str, Any]:
    return {"type": "channel", "ref": ref, "channel_key": HOOK, "template": template}


def save(manager: Manager, *steps: dict[str, Any], query: str = "commit=true") -> Any:
    answer = manager.save("welcome", workflow(*steps), query)
    assert answer.status == 200, answer
    return answer.json["workflow"]


def follows(services: Services, env: str = "development") -> tuple[str, ...]:
    """Of what is live."""
    head = services.definitions.head(env, DefinitionKind.WORKFLOW, "welcome")
    assert head is not None
    assert head.version_id is not None
    version = services.definitions.version(env, DefinitionKind.WORKFLOW, "welcome", head.version_id)
    assert version is not None
    return version.follows


def test_a_step_that_spells_its_channels_request_out_follows_it_into_production(
    manager: Manager, services: Services
) -> None:
    saved = save(manager, hook(REQUEST), hook({**REQUEST, "url": "https://other.test"}, "hook_2"))
    promoted = manager.put("/commits/promote", {}, "to_environment=production")

    assert promoted.status == 200, promoted
    assert follows(services) == follows(services, "production") == ("hook_1",)
    assert [step["template"]["url"] for step in saved["steps"]] == [REQUEST["url"], "https://other.test"]


def test_what_is_pulled_is_what_was_pushed_and_pushing_it_back_changes_nothing(
    manager: Manager, services: Services
) -> None:
    save(manager, hook(REQUEST))
    set_request(services, {**REQUEST, "url": "https://new.app.test"})
    pulled = manager.get("/workflows/welcome").json
    save(manager, *pulled["steps"])

    assert pulled["steps"] == [hook(REQUEST)]
    assert follows(services) == ("hook_1",)


def test_another_change_to_the_workflow_leaves_its_steps_with_their_channels(
    manager: Manager, services: Services
) -> None:
    save(manager, hook(REQUEST))
    set_request(services, {**REQUEST, "url": "https://new.app.test"})
    save(manager, hook(REQUEST), hook({}, "hook_2"))
    assert follows(services) == ("hook_1",)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"url": "https://other.test"}, ()),
        ({"headers": []}, ()),
        ({"body": "{}"}, ()),
        ({"method": "put"}, ()),
        ({"method": "POST", "query_params": []}, ("hook_1",)),
    ],
)
def test_any_change_makes_the_whole_request_the_steps_own(
    manager: Manager, services: Services, changes: dict[str, Any], expected: tuple[str, ...]
) -> None:
    save(manager, hook({**REQUEST, **changes}))
    assert follows(services) == expected


def test_a_change_ends_what_the_step_followed(manager: Manager, services: Services) -> None:
    save(manager, hook(REQUEST))
    save(manager, hook({**REQUEST, "body": "mine"}))
    assert follows(services) == ()
