"""Events to a webhook over a real socket: tried eight times, signed each time, and everything written down."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.builders.http_sink import OK, RESET, SILENCE, Sink, answer, http_sink
from tests.builders.webhooks import ENV, NEW_SECRET, NOON, OLD_SECRET, PostOffice, an_event, verifies, verify
from tocsin.domain.signing_secrets import SigningSecret
from tocsin.domain.webhooks import DeliveryStatus, Failing, Webhook

BOTH = (SigningSecret("old", NOON + timedelta(days=1)), SigningSecret("new"))


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as sink:
        yield sink


def test_an_answer_of_2xx_is_the_end_of_it(sink: Sink) -> None:
    office = PostOffice(sink)

    assert office.post_to_the_end(an_event()) == ["delivered"]

    delivery = office.delivery()
    assert delivery.status is DeliveryStatus.DELIVERED
    assert [(one.at, one.status, one.answer) for one in delivery.tries] == [(NOON, 200, "{}")]
    assert sink.seen[0].body == an_event().event["json"].encode()


@pytest.mark.parametrize("status", [302, 400, 404, 410, 500])
def test_any_other_answer_is_tried_again_eight_times_in_all(sink: Sink, status: int) -> None:
    """The reference does so for every 3xx, 4xx and 5xx."""
    sink.plays[:] = [answer(status, b"no", location=f"{sink.url}/elsewhere")]
    office = PostOffice(sink)

    outcomes = office.post_to_the_end(an_event())

    assert outcomes == ["pending"] * 7 + ["failed"]
    assert [request.path for request in sink.seen] == ["/hear"] * 8
    assert len({request.headers["webhook-id"] for request in sink.seen}) == 1
    assert len({request.headers["webhook-timestamp"] for request in sink.seen}) == 8
    assert [one.status for one in office.delivery().tries] == [status] * 8
    assert timedelta(minutes=20) < office.now - NOON < timedelta(minutes=35)


def test_it_arrives_when_the_endpoint_is_well_again(sink: Sink) -> None:
    sink.plays[:] = [answer(503), RESET, OK]
    office = PostOffice(sink)

    assert office.post_to_the_end(an_event()) == ["pending", "pending", "delivered"]
    assert [one.status for one in office.delivery().tries] == [503, None, 200]
    assert "no answer" in office.delivery().tries[1].answer


def test_an_endpoint_may_ask_for_a_pause_as_long_as_a_queue_can_hold(sink: Sink) -> None:
    sink.plays[:] = [answer(429, retry_after="60"), answer(503, retry_after="86400"), OK]
    office = PostOffice(sink)

    office.post(an_event())
    office.post(an_event(attempt=2))

    assert [pause for _, pause in office.queue.sent] == [60, 900]


def test_who_does_not_answer_in_time_is_asked_again(sink: Sink) -> None:
    sink.plays[:] = [SILENCE]
    office = PostOffice(sink, timeout=0.1)

    assert office.post(an_event()) == "pending"
    assert office.delivery().tries[0].status is None


@pytest.mark.parametrize(
    "url", ["https://169.254.169.254/latest", "https://10.0.0.1/", "https://[::1]/", "http://example.com/"]
)
def test_addresses_inside_are_refused_and_not_tried_again(sink: Sink, url: str) -> None:
    office = PostOffice(sink, url=url)

    assert office.post_to_the_end(an_event()) == ["failed"]
    assert office.delivery().tries[0].status is None


def test_both_secrets_sign_while_one_takes_over_and_the_older_header_has_the_newest(sink: Sink) -> None:
    office = PostOffice(sink, secrets=BOTH)

    office.post(an_event("e-1"))
    office.now += timedelta(days=1)
    office.post(an_event("e-2"))

    during, afterwards = sink.seen
    assert verifies(NEW_SECRET, during)
    assert verifies(OLD_SECRET, during)
    verify(NEW_SECRET, during)
    assert verifies(NEW_SECRET, afterwards)
    assert not verifies(OLD_SECRET, afterwards)


def test_nothing_goes_out_while_the_newest_secret_is_missing(sink: Sink) -> None:
    office = PostOffice(sink, secrets=BOTH)
    del office.secrets.texts["new"]

    assert office.post(an_event()) == "pending"
    assert sink.seen == []
    assert "lacks its newest secret" in office.delivery().tries[0].answer


def test_a_task_that_comes_twice_is_posted_once(sink: Sink) -> None:
    office = PostOffice(sink)

    assert [office.post(an_event()), office.post(an_event())] == ["delivered", "settled"]
    assert len(sink.seen) == 1


def test_a_try_that_was_written_down_before_a_crash_is_followed_by_the_next(sink: Sink) -> None:
    """The crash was between the log and the queue."""
    sink.plays[:] = [answer(500)]
    office = PostOffice(sink)
    office.post(an_event())
    office.queue.sent.clear()

    assert office.post(an_event()) == "known"

    [(task, pause)] = office.queue.sent
    assert (task.attempt, pause) == (2, 5)
    assert len(sink.seen) == 1


def test_a_webhook_that_is_gone_or_disabled_is_not_called(sink: Sink) -> None:
    office = PostOffice(sink, enabled=False)

    assert office.post(an_event()) == "disabled"
    assert office.delivery().status is DeliveryStatus.FAILED
    office.webhooks.clear()
    assert office.post(an_event("e-2")) == "gone"
    assert sink.seen == []


def test_a_sample_is_tried_once_and_even_where_the_webhook_is_disabled(sink: Sink) -> None:
    sink.plays[:] = [answer(500, b"broken")]
    office = PostOffice(sink, enabled=False)

    assert office.post_to_the_end(an_event(sample=True)) == ["failed"]
    assert (office.delivery().tries[0].answer, office.webhook.failing) == ("broken", None)


def test_what_is_given_up_counts_against_the_webhook_until_it_takes_something(sink: Sink) -> None:
    sink.plays[:] = [*([answer(500)] * 8), OK]
    office = PostOffice(sink)

    office.post_to_the_end(an_event("e-1"))
    assert office.webhook.failing == Failing(office.now, 1)

    office.post(an_event("e-2"))
    assert office.webhook.failing is None


def test_one_that_takes_nothing_for_days_is_disabled_and_others_hear_of_it(sink: Sink) -> None:
    sink.plays[:] = [answer(500)]
    office = PostOffice(sink, failing=Failing(NOON - timedelta(days=6), 50))
    other = office.webhooks.put(ENV, Webhook("w-2", sink.url, NOON, NOON))

    office.post(an_event(attempt=8))

    assert not office.webhook.enabled
    assert office.told["webhook_disabled"] == "w-1"
    assert sink.url not in str(office.told), "a URL may be a secret"
    [(kind, _, detail)] = office.bus.put_on
    assert (kind, detail["data"]["id"]) == ("webhook.disabled", "w-1")
    assert "taken none of 51 events" in detail["data"]["disabled_because"]
    [(task, _)] = office.queue.sent
    assert (task.webhook_id, task.event_type) == (other.id, "webhook.disabled")
