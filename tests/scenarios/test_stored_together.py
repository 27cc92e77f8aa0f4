"""Runs of a page are stored together; what keeps one of them from being stored keeps no other."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.builders.world import IN_APP, World, delay
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import RunStatus

NAMES = ("ann", "bob", "cy")


@pytest.fixture
def people(world: World) -> list[RecipientRef]:
    world.workflow("hello", [IN_APP])
    return [world.user(name) for name in NAMES]


def _counts(world: World, people: list[RecipientRef]) -> list[int]:
    return [len(world.messages_of(ref)) for ref in people]


def _refused(world: World, monkeypatch: pytest.MonkeyPatch, word: str, times: int = 1_000) -> None:
    """DynamoDB refuses so many transactions in which somebody is named."""
    client = world.services.table._client
    transact = client.transact_write_items
    left = iter(range(times))

    def picky(**arguments: Any) -> Any:
        if word in str(arguments["TransactItems"]) and next(left, None) is not None:
            error = {"Code": "ValidationException", "Message": "Item size has exceeded the maximum"}
            raise ClientError({"Error": error}, "TransactWriteItems")  # type: ignore[typeddict-item]
        return transact(**arguments)

    monkeypatch.setattr(client, "transact_write_items", picky)


def test_a_run_that_exists_keeps_no_other_of_its_page_from_starting(
    world: World, people: list[RecipientRef]
) -> None:
    world.trigger("hello", *NAMES)
    [page] = world.runs.take()
    world.run(page.model_copy(update={"offset": 1, "limit": 1}))

    assert world.run(page) == {"runs": 2, "repeated": 1}
    assert _counts(world, people) == [1, 1, 1]


def test_a_page_that_comes_again_finds_all_of_its_runs_and_makes_nothing(
    world: World, people: list[RecipientRef]
) -> None:
    world.trigger("hello", *NAMES)
    [page] = world.runs.take()
    world.run(page)

    assert world.run(page) == {"runs": 0, "repeated": 3}
    assert _counts(world, people) == [1, 1, 1]


def test_a_row_that_is_refused_breaks_its_own_run_alone(
    world: World, people: list[RecipientRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.trigger("hello", *NAMES)
    [page] = world.runs.take()
    _refused(world, monkeypatch, "#bob")

    with pytest.raises(ExceptionGroup, match="1 of 3 runs could not be advanced"):
        world.run(page)

    assert _counts(world, people) == [1, 0, 1]


def test_what_was_stored_though_the_answer_was_lost_is_found_and_not_made_again(
    world: World, people: list[RecipientRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.trigger("hello", *NAMES)
    [page] = world.runs.take()
    client = world.services.table._client
    transact = client.transact_write_items
    answers = iter([None])

    def silent(**arguments: Any) -> Any:
        answer = transact(**arguments)
        if next(answers, answer) is None:
            raise TimeoutError("read timed out")
        return answer

    monkeypatch.setattr(client, "transact_write_items", silent)

    assert world.run(page) == {"runs": 0, "repeated": 3}
    assert _counts(world, people) == [1, 1, 1]


def test_more_than_a_transaction_holds_is_stored_in_several(world: World) -> None:
    names = [f"user-{number}" for number in range(70)]
    people = [world.user(name) for name in names]
    world.workflow("later", [delay(60), IN_APP])
    world.trigger("later", *names)
    world.settle()
    assert {run.status for run in world.all_runs()} == {RunStatus.PAUSED}

    world.advance(61)

    assert set(_counts(world, people)) == {1}
