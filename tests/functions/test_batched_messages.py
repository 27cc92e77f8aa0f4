"""What the API tells of a message that a batch made: its activities, its actors, how many there were."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from knockapi.types import Activity
from knockapi.types import Message as ClientMessage
from knockapi.types.users import FeedListItemsResponse

from functions.feeds.env import Env as FeedsEnv
from functions.feeds.handler import lambda_handler as feeds
from functions.messages.env import Env as MessagesEnv
from functions.messages.handler import lambda_handler as messages
from tests.builders.account import IN_APP_CHANNEL
from tests.builders.batches import batch, feed
from tests.builders.function_clock import it_is
from tests.builders.outside import Tasks
from tests.builders.world import ENV, START, World
from tocsin.domain.recipients import user
from tocsin.lambda_kit.services import Services
from tocsin.usecases.delete_recipient import DeletePorts, delete_wholly
from tocsin.usecases.merge_users import MergePorts, merge_users

Api = Callable[..., Any]
FEED = f"/v1/users/jane/feeds/{IN_APP_CHANNEL}"


@pytest.fixture
def world(services: Services) -> World:
    world = World(services)
    world.user("jane", name="Jane")
    it_is(START + timedelta(hours=1), FeedsEnv, MessagesEnv)
    return world


def send(world: World, size: int, *, cancelled: int | None = None, who: str = "jane", **settings: Any) -> str:
    """A batch of so many triggers, each by another actor; the id of its message."""
    world.workflow("digest", [batch(60, **settings), feed()])
    for number in range(size):
        world.advance(0.01)
        world.user(f"actor-{number}", name=f"Actor {number}")
        data = {"n": number, "page": {"id": number}}
        world.trigger("digest", who, data=data, actor=f"actor-{number}", cancellation_key=f"key-{number}")
        world.settle()
    if cancelled is not None:
        world.cancel("digest", f"key-{cancelled}")
    world.advance(61)
    return world.messages_of(user(who))[-1].id


def numbers(answer: Any) -> list[int]:
    return [activity["data"]["n"] for activity in answer.json["items"]]


def test_all_activities_are_listed_page_by_page_oldest_first(world: World, api: Api) -> None:
    path = f"/v1/messages/{send(world, 25)}/activities"
    found, after = [], ""
    while True:
        answer = api(messages, "GET", path, query=f"page_size=10{after}")
        found += numbers(answer)
        if answer.json["page_info"]["after"] is None:
            break
        after = f"&after={answer.json['page_info']['after']}"
    assert found == list(range(25))


def test_an_activity_has_its_own_data_and_people(world: World, api: Api) -> None:
    answer = api(messages, "GET", f"/v1/messages/{send(world, 2)}/activities")
    second = Activity.model_validate(answer.json["items"][1])
    assert second.data == {"n": 1, "page": {"id": 1}}
    assert answer.json["items"][1]["actor"]["name"] == "Actor 1"
    assert answer.json["items"][1]["recipient"]["name"] == "Jane"
    assert second.inserted_at == START + timedelta(seconds=0.02)


def test_what_was_cancelled_is_no_activity(world: World, api: Api) -> None:
    assert numbers(api(messages, "GET", f"/v1/messages/{send(world, 3, cancelled=1)}/activities")) == [0, 2]


def test_activities_are_found_by_their_data(world: World, api: Api) -> None:
    path = f"/v1/messages/{send(world, 12)}/activities"
    assert numbers(api(messages, "GET", path, query='trigger_data={"n":11}')) == [11]


def test_a_message_shows_the_merged_data_and_ten_actors(world: World, api: Api) -> None:
    shown = api(messages, "GET", f"/v1/messages/{send(world, 12, batch_items_render_limit=12)}").json
    assert shown["data"] == {"n": 11}
    assert ClientMessage.model_validate(shown).actors == [f"actor-{number}" for number in range(10)]


def test_messages_are_found_by_what_their_batch_came_to(world: World, api: Api) -> None:
    message_id = send(world, 3)
    found = api(messages, "GET", "/v1/messages", query='trigger_data={"n":2}').json["items"]
    assert [one["id"] for one in found] == [message_id]
    assert api(messages, "GET", "/v1/messages", query='trigger_data={"n":1}').json["items"] == []


def test_a_feed_item_has_the_rendered_activities_and_counts_them_all(world: World, api: Api) -> None:
    send(world, 12)
    [item] = api(feeds, "GET", FEED).json["entries"]
    FeedListItemsResponse.model_validate(item)
    assert [one["data"]["n"] for one in item["activities"]] == list(range(10))
    assert [one["name"] for one in item["actors"]] == [f"Actor {number}" for number in range(10)]
    assert (item["total_activities"], item["total_actors"]) == (12, 12)


def test_a_compact_feed_item_names_one_actor_and_no_activities(world: World, api: Api) -> None:
    send(world, 3)
    [item] = api(feeds, "GET", FEED, query="mode=compact").json["entries"]
    assert item["activities"] == []
    assert [one["name"] for one in item["actors"]] == ["Actor 0"]
    assert item["total_activities"] == 3


def test_a_page_of_batches_is_one_read_more(world: World, api: Api) -> None:
    send(world, 2)
    reads = [_reads(world, api)]
    for _ in range(4):
        send(world, 2)
    reads.append(_reads(world, api))
    assert reads[0] == reads[1]


def _reads(world: World, api: Api) -> int:
    calls: list[str] = []
    handler = lambda model, **_: calls.append(model.name)  # noqa: E731
    events = world.services.table._client.meta.events
    events.register("before-call.dynamodb", handler)
    api(feeds, "GET", FEED)
    events.unregister("before-call.dynamodb", handler)
    return calls.count("BatchGetItem")


def test_data_too_large_for_the_message_lie_with_its_batch(world: World, api: Api) -> None:
    world.workflow("digest", [batch(60), feed()])
    large = {f"text-{number}": "x" * 250 for number in range(40)}
    world.trigger("digest", "jane", data={**large, "nested": {}})
    world.settle()
    world.advance(61)
    [message] = world.messages_of(user("jane"))
    assert api(messages, "GET", f"/v1/messages/{message.id}").json["data"] == large


def test_activities_go_after_thirty_days_and_the_item_stays(world: World, api: Api) -> None:
    message_id = send(world, 3)
    for days, left in ((29, 3), (31, 0)):
        it_is(world.now + timedelta(days=days), FeedsEnv, MessagesEnv)
        assert len(api(messages, "GET", f"/v1/messages/{message_id}/activities").json["items"]) == left
        [item] = api(feeds, "GET", FEED).json["entries"]
        assert (len(item["activities"]), item["total_activities"]) == (left, 3)


def test_activities_come_over_when_users_are_merged(world: World, api: Api) -> None:
    world.user("tom")
    message_id = send(world, 3, who="tom")
    services = world.services
    ports = MergePorts(services.recipients, services.takeovers, services.removals)
    merge_users(ports, Tasks(), ENV, "jane", "tom", world.now + timedelta(seconds=1))
    answer = api(messages, "GET", f"/v1/messages/{message_id}/activities")
    assert numbers(answer) == [0, 1, 2]
    assert answer.json["items"][0]["recipient"]["name"] == "Jane"
    [item] = api(feeds, "GET", FEED).json["entries"]
    assert len(item["activities"]) == 3


def test_nothing_of_a_batch_is_left_of_a_deleted_user(world: World) -> None:
    send(world, 3)
    send_open = batch(600, ref="batch_2")
    world.workflow("open", [send_open])
    world.trigger("open", "jane")
    world.settle()
    delete_wholly(DeletePorts(world.services.removals), ENV, user("jane"), world.now)
    rows = world.services.table.query_all(f"{ENV}#RECIPIENT#$users#jane")
    assert rows == []
