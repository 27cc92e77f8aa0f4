"""What is asked of Amazon Bedrock, and what comes of each of its answers: a real client, a loopback server."""

import json
from collections.abc import Iterator

import pytest

from tests.builders.bedrock import bedrock, refused, said
from tests.builders.http_sink import RESET, SILENCE, Sink, answer
from tocsin.aws import clients
from tocsin.aws.bedrock import Models
from tocsin.domain.work import Failed, Prompt, Replied

NOVA = Prompt("amazon.nova-lite-v1:0", "Who is Jåne?", longest_reply=100)

Bedrock = tuple[Sink, Models]


@pytest.fixture
def playing() -> Iterator[Bedrock]:
    with bedrock(read_timeout=0.3) as pair:
        yield pair


def failure(playing: Bedrock, play: bytes) -> Failed:
    server, models = playing
    server.plays = [play]
    failed = models.perform(NOVA)
    assert isinstance(failed, Failed)
    assert len(server.seen) == 1, "the step decides about another try, and pauses before it"
    return failed


def test_a_prompt_is_a_users_message_to_the_model(playing: Bedrock) -> None:
    server, models = playing
    server.plays = [said("A user.")]

    assert models.perform(NOVA) == Replied("A user.", "end_turn", input_tokens=12, output_tokens=34)
    [seen] = server.seen
    assert (seen.method, seen.path) == ("POST", "/model/amazon.nova-lite-v1%3A0/converse")
    assert json.loads(seen.body) == {
        "messages": [{"role": "user", "content": [{"text": "Who is Jåne?"}]}],
        "inferenceConfig": {"maxTokens": 100},
    }


def test_an_inference_profile_may_be_named_by_its_arn(playing: Bedrock) -> None:
    server, models = playing
    server.plays = [said("Yes.")]
    profile = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc"
    models.perform(Prompt(profile, "?", 10))
    assert "/converse" in server.seen[0].path
    assert "application-inference-profile%2Fabc" in server.seen[0].path


def test_thoughts_are_left_out_of_a_reply(playing: Bedrock) -> None:
    server, models = playing
    blocks = [{"reasoningContent": {"reasoningText": {"text": "Hm."}}}, {"text": "So "}, {"text": "it is."}]
    body = {
        "output": {"message": {"role": "assistant", "content": blocks}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3},
    }
    server.plays = [answer(200, json.dumps(body).encode())]
    replied = models.perform(NOVA)
    assert isinstance(replied, Replied)
    assert replied.text == "So it is."


@pytest.mark.parametrize(
    ("play", "reason"),
    [
        (refused(429, "ThrottlingException"), "model_throttled"),
        (refused(429, "ModelNotReadyException"), "model_throttled"),
        (refused(408, "ModelTimeoutException"), "model_timeout"),
        (refused(424, "ModelErrorException"), "model_error"),
        (refused(500, "InternalServerException"), "model_error"),
        (refused(503, "ServiceUnavailableException"), "model_error"),
        (answer(502, b"<html>"), "model_error"),
        (SILENCE, "model_timeout"),
        (RESET, "no_answer"),
        (answer(200, b"<html>"), "invalid_reply"),
        (answer(200, b'{"output": {"message": {}, "speech": {}}}'), "no_answer"),
        (answer(200, b"{}"), "invalid_reply"),
        (answer(200, b'{"output": {"message": {"content": []}}, "stopReason": "end_turn"}'), "invalid_reply"),
    ],
)
def test_what_may_be_better_in_a_minute_may_be_tried_again(
    playing: Bedrock, play: bytes, reason: str
) -> None:
    failed = failure(playing, play)
    assert (failed.reason, failed.retryable) == (reason, True)


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "ValidationException"), (403, "AccessDeniedException"), (404, "ResourceNotFoundException")],
)
def test_what_is_refused_stays_refused_and_bedrock_says_why(playing: Bedrock, status: int, code: str) -> None:
    failed = failure(playing, refused(status, code, "You don't have access to the model."))
    assert (failed.reason, failed.retryable) == ("request_refused", False)
    assert code in failed.message
    assert "You don't have access to the model." in failed.message


def test_a_long_complaint_is_cut(playing: Bedrock) -> None:
    assert len(failure(playing, refused(400, "ValidationException", "x" * 5000)).message) == 500


def test_the_endpoint_is_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    clients.client.cache_clear()
    with bedrock() as (server, _):
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.url)
        server.plays = [said("Here.")]
        replied = Models(lambda: clients.client("bedrock-runtime")).perform(NOVA)
    clients.client.cache_clear()
    assert isinstance(replied, Replied)
