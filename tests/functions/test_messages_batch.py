"""Up to fifty messages at a time, through the handler: marks within their limit, and contents."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from knockapi.types import Message as ClientMessage
from knockapi.types import MessageContents

from functions.messages.env import Env
from functions.messages.handler import lambda_handler
from tests.builders.account import PRODUCTION_KEY
from tests.builders.messages import EMAIL_CONTENT, ENV, FEED_CONTENT, JANE, START, a_draft, an_email, put
from tocsin.domain.feed import Feed
from tocsin.domain.ids import ksuid
from tocsin.domain.listing import Span
from tocsin.domain.messages import Mark, Message, marked
from tocsin.domain.reach import Reach
from tocsin.domain.recipients import RecipientRef, user
from tocsin.lambda_kit.services import Services, services_for
from tocsin.usecases.mark_messages import MarkPorts, mark_batch, mark_message

Call = Callable[..., Any]
LIMITED = "x-ratelimited-message_ids"
NOWHERE = ksuid(START - timedelta(minutes=1), "nowhere")
# What every request takes beside its own: the rate is counted; answers with messages tell of their channels.
AROUND, CHANNELS = Counter({"UpdateItem": 1}), Counter({"Query": 1})
VERBS = ["seen", "unseen", "read", "unread", "interacted", "link_clicked", "archived", "unarchived"]


@pytest.fixture
def at(services: Services) -> Callable[[float], None]:
    """Sets the function's clock to so many seconds after START; it stands still until then."""
    own = services_for(Env.load())

    def set_clock(seconds: float) -> None:
        own.clock = lambda: START + timedelta(seconds=seconds)

    set_clock(0)
    return set_clock


@pytest.fixture
def batch(api: Call, at: Callable[[float], None]) -> Call:
    """`batch(verb, ids)`"""

    def call(verb: str, ids: object, **more: Any) -> Any:
        return api(lambda_handler, "POST", f"/v1/messages/batch/{verb}", {"message_ids": ids}, **more)

    return call


@pytest.fixture
def contents(api: Call) -> Call:
    def call(*ids: str, **more: Any) -> Any:
        query = urlencode([("message_ids[]", one) for one in ids])
        return api(lambda_handler, "GET", "/v1/messages/batch/content", query=query, **more)

    return call


@pytest.fixture
def calls(services: Services) -> Counter[str]:
    """DynamoDB calls of the function, counted from here on."""
    counted: Counter[str] = Counter()
    own = services_for(Env.load())
    own.table._client.meta.events.register("before-call", lambda model, **_: counted.update([model.name]))
    return counted


def ids_of(answer: Any) -> list[str]:
    assert answer.status == 200, answer
    return [message["id"] for message in answer.json]


def stored(services: Services, message_id: str) -> Message:
    return services.message_lists.find_many(ENV, [message_id], consistent=True)[0]


def types(message: Message) -> list[str]:
    return [event.type for event in message.events]


# --- marks


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_answers_with_the_messages_as_they_are_afterwards(
    services: Services, batch: Call, verb: str
) -> None:
    mark = Mark(verb.removeprefix("un"))
    before = {mark: START} if verb.startswith("un") else {}
    ids = put(services, a_draft(1, marks=before), an_email(2, marks=before))
    answer = batch(verb, ids)
    messages = [ClientMessage.model_validate(shown) for shown in answer.json]
    with_it = ["read"] if verb == "interacted" else []
    expected = [] if verb.startswith("un") else [*with_it, verb]
    assert [message.engagement_statuses for message in messages] == [expected] * 2
    assert ids_of(answer) == ids
    assert [types(stored(services, one))[-1] for one in ids] == [verb] * 2
    assert LIMITED not in answer.headers


def test_metadata_are_the_events_of_all(services: Services, api: Call) -> None:
    ids = put(services, a_draft(1), a_draft(2))
    body = {"message_ids": ids, "metadata": {"button": "yes"}}
    assert api(lambda_handler, "POST", "/v1/messages/batch/interacted", body).status == 200
    assert [stored(services, one).events[-1].data for one in ids] == [{"button": "yes"}] * 2


def test_only_messages_that_exist_are_answered_and_each_once(services: Services, batch: Call) -> None:
    one, other = put(services, a_draft(1), a_draft(2))
    assert ids_of(batch("seen", [other, NOWHERE, "unknown", "😀", one, other, "x" * 3000])) == [other, one]
    assert ids_of(batch("seen", [NOWHERE])) == []
    assert types(stored(services, one)) == ["created", "seen"]


@pytest.mark.parametrize("ids", [[], [NOWHERE] * 51, "text", None, [1], [None], [[NOWHERE]], {NOWHERE: 1}])
def test_a_batch_names_one_to_fifty_ids(batch: Call, ids: object) -> None:
    answer = batch("seen", ids)
    assert answer.status == 422
    assert answer.json["errors"][0]["field"].split(".")[0] == "message_ids"


def test_a_verb_that_no_batch_has_is_a_404(batch: Call) -> None:
    assert [batch(verb, [NOWHERE]).status for verb in ("uninteracted", "deleted", "")] == [404] * 3


def test_another_environments_messages_do_not_exist(services: Services, batch: Call, contents: Call) -> None:
    ids = put(services, a_draft(1), an_email(2))
    assert ids_of(batch("seen", ids, key=PRODUCTION_KEY)) == []
    assert contents(*ids, key=PRODUCTION_KEY).json == []
    assert types(stored(services, ids[0])) == ["created"]


def test_what_is_beyond_the_callers_reach_does_not_exist(services: Services) -> None:
    mine, theirs, acme = put(
        services, a_draft(1), a_draft(2, recipient=user("joe")), a_draft(3, tenant="acme")
    )
    ports = MarkPorts(services.message_lists, services.messages, services.feeds)
    change = partial(marked, mark=Mark.SEEN, now=START)
    reach = Reach(recipient=JANE, tenants=frozenset({None}))
    done = mark_batch(ports, ENV, [mine, theirs, acme], "seen", change, START, reach)
    assert [message.id for message in done.messages] == [mine]
    assert [types(stored(services, one)) for one in (theirs, acme)] == [["created"]] * 2


def test_fifty_messages_of_a_feed_take_few_calls(
    services: Services, batch: Call, calls: Counter[str]
) -> None:
    ids = put(services, *(a_draft(number) for number in range(50)))
    batch("seen", [NOWHERE])  # so that keys and channels are known
    calls.clear()
    assert ids_of(batch("read", ids)) == ids
    # The index for the first, one read for them all, and three transactions with the counters read before each.
    marking = {"Query": 1, "BatchGetItem": 1, "GetItem": 3, "TransactWriteItems": 3}
    assert calls == Counter(marking) + AROUND + CHANNELS
    calls.clear()
    assert ids_of(batch("read", ids)) == ids
    assert calls == Counter({"Query": 1, "BatchGetItem": 1}) + AROUND + CHANNELS


def test_a_batch_keeps_the_counts_of_the_feed(services: Services, batch: Call) -> None:
    ids = put(services, *(a_draft(number) for number in range(30)))
    batch("read", ids[:25])
    batch("archived", ids[20:])
    items = list(services.feeds.items(ENV, Feed(JANE, stored(services, ids[0]).channel_id), Span(), 50))
    assert sum(message.is_marked(Mark.READ) for message in items) == 25
    assert sum(message.is_marked(Mark.ARCHIVED) for message in items) == 10


# --- one update a second


def test_the_same_again_within_a_second_is_not_applied_and_named_in_a_header(
    services: Services, batch: Call, at: Any
) -> None:
    one, other = put(services, a_draft(1), an_email(2))
    batch("interacted", [one])
    at(0.9)
    answer = batch("interacted", [one, NOWHERE, other])
    assert answer.headers[LIMITED] == one
    assert ids_of(answer) == [one, other]
    assert answer.json[0]["interacted_at"] == "2026-01-01T12:00:00.000Z"
    assert [types(stored(services, message)).count("interacted") for message in (one, other)] == [1, 1]
    at(1)
    answer = batch("interacted", [one])
    assert LIMITED not in answer.headers
    assert types(stored(services, one)).count("interacted") == 2


def test_another_action_within_the_second_is_applied(services: Services, batch: Call, at: Any) -> None:
    [message_id] = put(services, a_draft(1))
    for seconds, verb in ((0, "seen"), (0.2, "read"), (0.4, "unseen"), (0.6, "archived")):
        at(seconds)
        assert LIMITED not in batch(verb, [message_id]).headers
    assert batch("read", [message_id]).headers[LIMITED] == message_id
    assert types(stored(services, message_id)) == ["created", "seen", "read", "unseen", "archived"]


def test_what_was_undone_within_the_second_is_done_again(services: Services, batch: Call, at: Any) -> None:
    [message_id] = put(services, a_draft(1))
    for seconds, verb in ((0, "read"), (0.2, "unread"), (0.4, "read")):
        at(seconds)
        assert LIMITED not in batch(verb, [message_id]).headers
    assert stored(services, message_id).is_marked(Mark.READ)


def test_the_header_names_all_that_were_left_alone(services: Services, batch: Call) -> None:
    ids = put(services, a_draft(1), a_draft(2), an_email(3))
    batch("read", ids)
    assert batch("read", ids).headers[LIMITED] == ",".join(ids)


@pytest.mark.parametrize("draft", [a_draft, an_email])
def test_of_two_batches_that_meet_one_is_applied(services: Services, draft: Any) -> None:
    [message_id] = put(services, draft(1))
    ports = MarkPorts(services.message_lists, services.messages, services.feeds)
    change = partial(marked, mark=Mark.INTERACTED)
    met: list[str] = []

    def change_once_met(message: Message) -> Message:
        if not met:
            met.append(message.id)
            mark_batch(
                ports, ENV, [message_id], "interacted", partial(change, now=START, metadata={"n": 1}), START
            )
        return change(message, now=START, metadata={"n": 2})

    done = mark_batch(ports, ENV, [message_id], "interacted", change_once_met, START)
    assert done.limited == [message_id]
    assert [event.data for event in stored(services, message_id).events if event.data] == [{"n": 1}]


def test_a_batch_and_a_single_mark_that_meet_keep_both(services: Services) -> None:
    ids = put(services, *(a_draft(number) for number in range(3)))
    ports = MarkPorts(services.message_lists, services.messages, services.feeds)
    met: list[str] = []

    def change(message: Message) -> Message:
        if not met:
            met.append(message.id)
            mark_message(ports, ENV, ids[1], partial(marked, mark=Mark.ARCHIVED, now=START))
        return marked(message, Mark.SEEN, START)

    done = mark_batch(ports, ENV, ids, "seen", change, START)
    assert [set(message.marks) for message in done.messages] == [
        {Mark.SEEN},
        {Mark.SEEN, Mark.ARCHIVED},
        {Mark.SEEN},
    ]
    assert done.limited == []


# --- contents


def test_contents_come_in_the_order_asked_for(services: Services, contents: Call) -> None:
    email, item = put(services, an_email(1), a_draft(2))
    answer = contents(item, NOWHERE, "unknown", email, item)
    assert [MessageContents.model_validate(shown).message_id for shown in answer.json] == [item, email]
    assert [shown["data"] for shown in answer.json] == [FEED_CONTENT, EMAIL_CONTENT]


def test_contents_that_lie_apart_come_by_one_read(
    services: Services, contents: Call, calls: Counter[str]
) -> None:
    ids = put(services, *(an_email(number) for number in range(20)))
    contents(NOWHERE)
    calls.clear()
    assert len(contents(*ids).json) == 20
    assert calls == Counter({"Query": 1, "BatchGetItem": 2}) + AROUND


def test_contents_too_large_for_one_answer_are_asked_for_in_parts(services: Services, contents: Call) -> None:
    content = {**EMAIL_CONTENT, "html_body": "x" * (1024 * 1024)}
    ids = put(services, *(an_email(number, content=content) for number in range(5)))
    answer = contents(*ids)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "message_ids")
    assert [len(contents(*ids[start : start + 3]).json) for start in (0, 3)] == [3, 2]


@pytest.mark.parametrize("ids", [[], [NOWHERE] * 51])
def test_contents_are_of_one_to_fifty_messages(contents: Call, ids: list[str]) -> None:
    answer = contents(*ids)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "message_ids")


def test_contents_of_many_recipients_are_found(services: Services, contents: Call) -> None:
    ids = put(
        services,
        an_email(1),
        an_email(2, recipient=user("joe")),
        a_draft(3, recipient=RecipientRef("teams", "a")),
    )
    assert len(contents(*ids).json) == 3
