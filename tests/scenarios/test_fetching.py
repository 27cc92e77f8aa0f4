"""Fetch steps: what goes out over a real socket, what comes into the run's data, and what is tried again."""

import json
from collections.abc import Iterator

import pytest

from tests.builders.http_sink import RESET, Sink, answer, http_sink
from tests.builders.ways import fetch, note
from tests.builders.world import World, delay
from tocsin.channels.outbound.client import HttpClient
from tocsin.channels.outbound.fetching import LONGEST, Fetcher
from tocsin.domain.runs import RunStatus
from tocsin.domain.work import Answer, Fetch

HELLO = note("{{ data.plan }}", "in_app_1")


@pytest.fixture
def server(world: World) -> Iterator[Sink]:
    """Somebody's API, which fetch steps may call though it is not public."""
    with http_sink() as running:
        client = HttpClient(frozenset({running.host}), longest_answer=LONGEST)
        world.perform = Fetcher(client.send, list, world.clock).perform
        world.user("jane", plan_id=7, name="Jåne")
        yield running


def run(world: World, *steps: dict[str, object], **data: object) -> None:
    world.workflow("welcome", [*steps, HELLO])
    world.trigger("welcome", "jane", data=data)
    world.settle()


def failure(world: World) -> dict[str, object]:
    """Why the run ended before its end."""
    [data] = [event.data for event in world.only_run().events if event.event == "step_failed"]
    assert data is not None
    return data


def test_the_request_is_as_the_step_says(world: World, server: Sink) -> None:
    step = fetch(
        f"{server.url}/plans/{{{{ recipient.plan_id }}}}?a=1",
        method="post",
        headers=[{"key": "X-Who", "value": "{{ recipient.name }}"}, {"key": "", "value": "left out"}],
        query_params=[{"key": "q", "value": "{{ data.q }}"}],
        body='{"name": {{ recipient.name | json }}}',
    )
    run(world, step, q="a b")

    [seen] = server.seen
    assert (seen.method, seen.path) == ("POST", "/plans/7?a=1&q=a+b")
    assert seen.headers["x-who"] == "Jåne"
    assert seen.headers["content-type"] == "application/json"
    assert json.loads(seen.body) == {"name": "Jåne"}


def test_all_parts_of_the_request_know_its_inputs(world: World, server: Sink) -> None:
    step = fetch(
        f"{server.url}/{{{{ inputs.kind }}}}",
        headers=[{"key": "x-order", "value": "{{ inputs.order }}"}],
        inputs={"order": "{{ data.order }}-{{ recipient.plan_id }}"},
        input_schema={"type": "object", "properties": {"kind": {"default": "orders"}}},
    )
    run(world, step, order="a")

    [seen] = server.seen
    assert (seen.path, seen.headers["x-order"]) == ("/orders", "a-7")


def test_headers_and_parameters_may_be_one_template_of_json(world: World, server: Sink) -> None:
    run(
        world,
        fetch(
            server.url,
            headers='{"x-n": {{ data.n }}, "x-b": true}',
            query_params='{"q": "{{ data.q }}", "l": [1]}',
        ),
        n=3,
        q="x",
    )
    [seen] = server.seen
    assert (seen.headers["x-n"], seen.headers["x-b"], seen.path) == ("3", "true", "/?q=x&l=%5B1%5D")


def test_the_answer_goes_over_the_data_for_the_steps_after_it(world: World, server: Sink) -> None:
    server.plays = [answer(200, b'{"plan": "pro", "deep": {"b": 2}}')]
    run(world, fetch(server.url), plan="free", deep={"a": 1}, kept=True)
    [message] = world.messages_of(world.only_run().recipient)
    assert message.data == {"plan": "pro", "deep": {"b": 2}, "kept": True}


@pytest.mark.parametrize("body", [b'{"x": 1}', b"[1, 2]", b'"text"'])
def test_a_response_path_takes_any_json(world: World, server: Sink, body: bytes) -> None:
    server.plays = [answer(201, body)]
    run(world, fetch(server.url, response_path="found.here"), found={"there": 0})
    [message] = world.messages_of(world.only_run().recipient)
    assert message.data == {"found": {"there": 0, "here": json.loads(body)}}


def test_an_empty_answer_adds_nothing(world: World, server: Sink) -> None:
    server.plays = [answer(204, b"")]
    run(world, fetch(server.url), plan="free")
    [message] = world.messages_of(world.only_run().recipient)
    assert message.data == {"plan": "free"}


@pytest.mark.parametrize("trouble", [answer(500), answer(503), RESET])
def test_a_server_in_trouble_is_asked_again_after_a_while(world: World, server: Sink, trouble: bytes) -> None:
    server.plays = [trouble, trouble, answer(200, b'{"plan": "pro"}')]
    run(world, fetch(server.url))
    assert world.only_run().status is RunStatus.PAUSED

    world.advance(32)
    assert len(server.seen) == 2
    world.advance(62)

    events = [
        (event.event, event.attempt) for event in world.only_run().events if event.step_ref == "fetch_1"
    ]
    assert events == [
        ("fetch_requested", 1),
        ("fetch_failed", 1),
        ("fetch_requested", 2),
        ("fetch_failed", 2),
        ("fetch_requested", 3),
        ("fetch_succeeded", 3),
    ]
    assert len(world.messages_of(world.only_run().recipient)) == 1


def test_after_three_tries_the_run_ends(world: World, server: Sink) -> None:
    server.plays = [answer(500)]
    run(world, fetch(server.url))
    world.advance(32)
    world.advance(62)

    assert len(server.seen) == 3
    assert failure(world)["reason"] == "fetch_failed"
    assert world.messages_of(world.only_run().recipient) == []


@pytest.mark.parametrize(
    ("play", "reason"),
    [
        (answer(202), "fetch_failed"),
        (answer(404), "fetch_failed"),
        (answer(301, location="https://elsewhere.test"), "fetch_failed"),
        (answer(200, b"<html>"), "invalid_response"),
        (answer(200, b"[1]"), "invalid_response"),
        (answer(200, rb'{"half a pair": "\ud83d"}'), "invalid_response"),
        (answer(200, b"x" * (LONGEST + 1)), "response_too_large"),
    ],
)
def test_what_would_end_the_same_way_again_ends_the_run_at_once(
    world: World, server: Sink, play: bytes, reason: str
) -> None:
    server.plays = [play]
    run(world, fetch(server.url))
    world.advance(120)
    assert len(server.seen) == 1
    assert failure(world)["reason"] == reason


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"url": "https://169.254.169.254/latest/meta-data"}, "request_refused"),
        ({"url": "http://api.example.com"}, "request_refused"),
        ({"url": "nonsense"}, "request_refused"),
        ({"url": "https://api.example.com", "headers": [{"key": "Host", "value": "x"}]}, "invalid_request"),
        ({"url": "https://api.example.com", "method": "post", "body": "not json"}, "invalid_request"),
        ({"url": "https://api.example.com/{{ x | nope }}"}, "template_error"),
    ],
)
def test_what_must_not_be_called_is_not(
    world: World, server: Sink, settings: dict[str, object], reason: str
) -> None:
    run(world, fetch(**settings))  # type: ignore[arg-type]
    assert failure(world)["reason"] == reason
    assert server.seen == []


def test_a_secret_in_the_request_is_in_no_log(world: World, server: Sink) -> None:
    run(
        world,
        fetch(f"{server.url}/hidden-1?k=hidden-2", headers=[{"key": "authorization", "value": "hidden-3"}]),
    )
    assert "hidden" not in repr(world.only_run().events)


def test_a_repeated_task_asks_again_but_the_run_hears_one_answer(world: World, server: Sink) -> None:
    server.plays = [answer(200, b'{"plan": "pro"}')]
    world.workflow("welcome", [fetch(server.url), HELLO])
    world.trigger("welcome", "jane")
    for task in world.runs.take():
        world.run(task)
    [task] = world.runs.take()

    world.run(task)
    world.run(task)
    world.settle()

    assert len(server.seen) == 1
    assert len(world.messages_of(world.only_run().recipient)) == 1


def test_a_run_that_waits_for_its_next_try_can_be_cancelled(world: World, server: Sink) -> None:
    server.plays = [answer(500)]
    world.workflow("welcome", [fetch(server.url), HELLO])
    world.trigger("welcome", "jane", cancellation_key="k")
    world.settle()

    world.cancel("welcome", "k")
    world.settle()
    world.advance(100)

    assert world.only_run().status is RunStatus.CANCELLED
    assert len(server.seen) == 1


def test_many_are_fetched_for_side_by_side(world: World, server: Sink) -> None:
    people = [world.user(f"user-{number}") for number in range(25)]
    world.workflow("welcome", [fetch(server.url), delay(60)])
    world.trigger("welcome", *(ref.id for ref in people))
    for task in world.runs.take():
        world.run(task)

    assert [len(task.runs) for task in world.runs.waiting] == [10, 10, 5]
    world.settle()
    assert len(server.seen) == 25


def test_a_fault_with_one_runs_work_leaves_those_beside_it_alone(world: World, server: Sink) -> None:
    jane, joe = world.user("jane"), world.user("joe")
    perform = world.perform

    def broken_for_jane(work: Fetch) -> Answer:
        if work.url.endswith("jane"):
            raise ZeroDivisionError
        return perform(work)

    world.perform = broken_for_jane
    world.workflow("welcome", [fetch(f"{server.url}/{{{{ recipient.id }}}}"), HELLO])
    world.trigger("welcome", "jane", "joe")
    world.settle()

    assert (len(world.messages_of(jane)), len(world.messages_of(joe))) == (0, 1)
    [failed] = [event for run in world.all_runs() for event in run.events if event.event == "fetch_failed"]
    assert failed.data == {"reason": "work_failed", "message": "it broke off: ZeroDivisionError"}
