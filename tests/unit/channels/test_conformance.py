"""Every provider keeps the same promises: told by one suite, over real sockets, with the entries of
`tests/builders/provider_plays.py`."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import pytest

from tests.builders.http_sink import RESET, SILENCE, Seen, Sink, answer, http_sink
from tests.builders.play import HOOK, MESSAGE_ID, SECRETS, SLACK_TOKEN, Play
from tests.builders.provider_plays import PLAYS
from tocsin.channels.base import DeliveryError, RetryableError, ThrottledError
from tocsin.channels.registry import all_specs
from tocsin.domain.channels import EMAIL, IN_APP_FEED, IN_APP_GUIDE, PUSH, SMS
from tocsin.domain.payload_overrides import PAYLOAD_OVERRIDES
from tocsin.domain.redaction import is_secret

GOLDEN = Path(__file__).parent / "golden"
# They differ from call to call, or from machine to machine.
VOLATILE = re.compile(
    r"host|user-agent|amz-sdk-.*|x-amz-date|x-amz-content-sha256|connection|accept-encoding"
)
EVERY_SECRET = (*SECRETS.values(), SLACK_TOKEN, "xoxb-connection-token-1", HOOK, "t0p-secret", "aws-secret-1")

every_play = pytest.mark.parametrize("name", PLAYS)
every_refusal = pytest.mark.parametrize(
    ("name", "number"),
    [(name, number) for name, play in PLAYS.items() for number in range(len(play.refusals))],
)


OVERRIDABLE = (EMAIL, PUSH, SMS)
WORDS = ("Code 42", "It works", "<p>Hi")
every_overridable = pytest.mark.parametrize(
    "name", [name for name, play in PLAYS.items() if play.key.startswith(OVERRIDABLE)]
)


@pytest.fixture(scope="module")
def server() -> Iterator[Sink]:
    with http_sink() as sink:
        yield sink


@pytest.fixture
def sink(server: Sink) -> Sink:
    server.seen.clear()
    return server


def refused(play: Play, sink: Sink, said: bytes) -> DeliveryError:
    sink.plays = play.said(said)
    with pytest.raises(DeliveryError) as raised:
        play.provider(sink)(play.outgoing(sink))
    return raised.value


def test_every_provider_is_held_to_it() -> None:
    sent = {key for key, spec in all_specs().items() if spec.type not in (IN_APP_FEED, IN_APP_GUIDE)}
    speaks_no_http = {"email_smtp"}  # test_smtp.py
    assert {play.key for play in PLAYS.values()} == sent - speaks_no_http


@every_play
def test_it_sends_the_request_that_its_golden_file_shows(name: str, sink: Sink) -> None:
    play = PLAYS[name]
    sink.plays = play.said(play.taken)
    play.provider(sink)(play.outgoing(sink))

    [seen] = play.seen(sink)
    assert readable(seen) == (GOLDEN / f"{name}.txt").read_text()


@every_play
def test_a_yes_comes_with_the_providers_id_and_the_facts_of_the_call(name: str, sink: Sink) -> None:
    play = PLAYS[name]
    sink.plays = play.said(play.taken)

    sent = play.provider(sink)(play.outgoing(sink))

    [seen] = play.seen(sink)
    assert sent.external_id == play.external_id
    assert sent.exchange is not None
    assert (sent.exchange.service, sent.exchange.method) == (play.service, seen.method)
    assert sent.exchange.host.partition(":")[0] == sink.host
    assert sent.exchange.path == (play.shown_path or seen.path.partition("?")[0])
    assert sent.exchange.status in (200, 201, 202, 204)


@every_refusal
def test_a_no_is_told_by_its_type_with_the_answer(name: str, number: int, sink: Sink) -> None:
    play = PLAYS[name]
    said, kind = list(play.refusals.items())[number]

    error = refused(play, sink, said)

    assert type(error) is kind, f"{said!r} is {error!r}"
    assert error.exchange is not None
    assert error.exchange.status == int(said.split()[1])
    assert len(play.seen(sink)) == 1


@every_refusal
def test_a_wait_that_is_asked_for_is_handed_on(name: str, number: int, sink: Sink) -> None:
    play = PLAYS[name]
    said, kind = list(play.refusals.items())[number]
    if kind is ThrottledError and b"retry-after" in said:
        error = refused(play, sink, said)
        assert isinstance(error, ThrottledError)
        assert error.after == play.throttled_for


@every_play
@pytest.mark.parametrize("said", [RESET, SILENCE], ids=["reset", "slow"])
def test_without_an_answer_it_is_worth_another_try_and_asks_once(name: str, said: bytes, sink: Sink) -> None:
    error = refused(PLAYS[name], sink, said)

    assert type(error) is RetryableError
    assert error.exchange is not None
    assert error.exchange.status is None
    assert error.exchange.answer
    assert len(PLAYS[name].seen(sink)) == 1


@every_play
def test_an_answer_that_cannot_be_read_is_worth_another_try(name: str, sink: Sink) -> None:
    error = refused(PLAYS[name], sink, PLAYS[name].malformed)

    assert type(error) is RetryableError
    assert error.exchange is not None


@every_play
def test_a_message_that_is_sent_again_makes_the_same_request(name: str, sink: Sink) -> None:
    """What a provider knows the message by is in it: nothing of it may depend on the try."""
    play = PLAYS[name]
    for _ in range(2):
        sink.plays = play.said(play.taken)
        play.provider(sink)(play.outgoing(sink))

    first, second = play.seen(sink)
    assert readable(first) == readable(second)


@every_overridable
def test_overrides_are_merged_into_the_request_and_nothing_of_it_is_lost(name: str, sink: Sink) -> None:
    usual, changed = sent_with(PLAYS[name], sink, {}), sent_with(PLAYS[name], sink, PLAYS[name].overrides)

    assert "violet" in readable_text(changed)
    assert addressee(PLAYS[name]) in readable_text(changed)
    assert marks(changed) == marks(usual)
    assert credentials(changed) == credentials(usual)


@every_overridable
def test_overrides_that_replace_leave_whom_it_is_for_and_what_receipts_are_told_by(
    name: str, sink: Sink
) -> None:
    """The app's own `knock_message_id` is part of a push's data, which is replaced."""
    play = PLAYS[name]
    usual, changed = (
        sent_with(play, sink, overrides) for overrides in ({}, {"__strategy__": "replace", **play.overrides})
    )

    text = readable_text(changed)
    assert "violet" in text
    assert addressee(play) in text
    assert "__strategy__" not in text
    assert credentials(changed) == credentials(usual)
    if not name.startswith("push"):
        assert bool(marks(changed)) is bool(marks(usual))
    if not is_mime(changed):
        assert not [words for words in WORDS if words in text]


@every_play
@pytest.mark.parametrize("status", [200, 400, 401, 404, 429, 500])
def test_no_secret_is_told_even_when_the_provider_says_it_back(name: str, status: int, sink: Sink) -> None:
    """…neither in the error nor in what the delivery log shows."""
    play = PLAYS[name]
    sink.plays = play.said(answer(status, " ".join(EVERY_SECRET).encode()))
    try:
        sent = play.provider(sink)(play.outgoing(sink))
        told = str(sent.exchange and astuple(sent.exchange))
    except DeliveryError as error:
        told = str(error) + str(error.exchange and astuple(error.exchange))

    used = [secret for secret in EVERY_SECRET if any(secret in raw(seen) for seen in sink.seen)]
    assert not [secret for secret in used if secret in told]


def sent_with(play: Play, sink: Sink, overrides: dict[str, Any]) -> Seen:
    sink.seen.clear()
    sink.plays = play.said(play.taken)
    outgoing = play.outgoing(sink)
    play.provider(sink)(replace(outgoing, content={**outgoing.content, PAYLOAD_OVERRIDES: overrides}))
    [seen] = play.seen(sink)
    return seen


def readable_text(seen: Seen) -> str:
    return unquote_plus(f"{seen.path}\n{seen.body.decode()}")


def marks(seen: Seen) -> int:
    """How often the request names the message; the boundary of a form does it between all parts."""
    return readable_text(seen).replace(f"--form-{MESSAGE_ID}", "").count(MESSAGE_ID)


def addressee(play: Play) -> str:
    return str(play.content.get("token") or play.content["to"].replace("+1 (415) 555-", "1415555"))


def credentials(seen: Seen) -> dict[str, str]:
    found = {name: value for name, value in seen.headers.items() if is_secret(name)}
    return {name: calm(value) for name, value in found.items()}


def is_mime(seen: Seen) -> bool:
    """The email lies beside what Mailgun is told of it."""
    return seen.headers["content-type"].startswith("multipart/")


def raw(seen: Seen) -> str:
    scheme, _, credentials = seen.headers.get("authorization", "").partition(" ")
    decoded = b64decode(credentials) if scheme == "Basic" else b""
    return f"{seen.path}\n{seen.headers}\n{decoded!r}\n{seen.body!r}"


def readable(seen: Seen) -> str:
    """A request as its golden file has it: the first line, the headers in order of their names, the body."""
    headers = {name: value for name, value in seen.headers.items() if not VOLATILE.fullmatch(name)}
    if "authorization" in headers:
        headers["authorization"] = calm(headers["authorization"])
    body = _body(seen)
    if "multipart" in body:
        del headers["content-length"]
    lines = [f"{name}: {headers[name]}" for name in sorted(headers)]
    return "\n".join([f"{seen.method} {seen.path}", *lines, "", body, ""])


def calm(credentials: str) -> str:
    """Signatures differ from call to call, those of AWS and those of Apple's tokens."""
    if credentials.startswith("AWS4"):
        return "AWS4-HMAC-SHA256 …"
    if credentials.startswith("bearer ey"):
        said = credentials.removeprefix("bearer ").split(".")[:2]
        return " ".join(["bearer", *(b64decode(part + "==").decode() for part in said)])
    return credentials


def _body(seen: Seen) -> str:
    text = seen.body.decode()
    if seen.headers["content-type"].startswith("multipart/form-data"):
        return _with_calm_boundaries(text)
    if seen.headers["content-type"].startswith("application/x-www-form-urlencoded"):
        return "\n".join(f"{name}={value}" for name, value in parse_qsl(text))
    value = json.loads(text)
    if "Content" in value:
        mime = b64decode(value.pop("Content")["Raw"]["Data"]).decode()
        return json.dumps(value, indent=2) + "\n\n" + _with_calm_boundaries(mime)
    return json.dumps(value, indent=2, ensure_ascii=False)


def _with_calm_boundaries(mime: str) -> str:
    """Those of MIME differ from call to call."""
    return re.sub(r"={15}\d+==", "==boundary==", mime.replace("\r\n", "\n"))
