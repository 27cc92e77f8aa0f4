"""Commercial emails: whichever provider carries one, a mail program's own button finds out how to unsubscribe."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.builders.http_sink import Sink, http_sink
from tests.builders.plays_email import EMAIL_PLAYS
from tests.builders.provider_plays import PLAYS
from tests.unit.channels.test_conformance import readable
from tocsin.channels.email.mime import to_mime
from tocsin.channels.registry import all_specs
from tocsin.domain.channels import EMAIL

GOLDEN = Path(__file__).parent / "golden" / "list_unsubscribe"
URL = "https://tocsin.test/u/WyJkZXZlbG9wbWVudCIsIiR1c2VycyIsImphbmUiXQ.8y2hYk0nPqE3sV5wXz1aBg"
NAMES = ["email_aws_ses", *(name for name, play in EMAIL_PLAYS.items() if name == play.key)]
CONTENT = {
    "from": "hello@app.test",
    "to": "jane@app.test",
    "subject_line": "Hi",
    "html_body": "Hi",
    "text_body": "Hi",
}


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with http_sink() as sink:
        yield sink


def test_every_provider_of_emails_is_held_to_it() -> None:
    writes_mime_by_itself = {"email_smtp"}  # the same bytes as SES: below, and test_smtp.py
    known = {key for key, spec in all_specs().items() if spec.type == EMAIL}
    assert {*NAMES} == known - writes_mime_by_itself


@pytest.mark.parametrize("name", NAMES)
def test_the_request_has_both_headers_as_its_golden_file_shows(name: str, sink: Sink) -> None:
    play = PLAYS[name]
    play = replace(play, content={**play.content, "attachments": [], "unsubscribe_url": URL})
    sink.seen.clear()
    sink.plays = play.said(play.taken)
    play.provider(sink)(play.outgoing(sink))

    [seen] = play.seen(sink)
    assert readable(seen) == (GOLDEN / f"{name}.txt").read_text()


def test_a_header_keeps_its_url_whole_however_long_it_is() -> None:
    url = f"https://tocsin.test/u/{'x' * 300}.y"
    written = to_mime({**CONTENT, "unsubscribe_url": url}, "m1")

    assert f"List-Unsubscribe: <{url}>\r\n".encode() in written
    message = message_from_bytes(written)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Subject"] == "Hi"
    assert message.get_content_type() == "multipart/alternative"


def test_a_header_that_the_step_overrides_is_there_once() -> None:
    content = {**CONTENT, "unsubscribe_url": URL}
    message = message_from_bytes(to_mime(content, "m1", {"list-unsubscribe": "<https://own.test>"}))

    assert message.get_all("List-Unsubscribe") == ["<https://own.test>"]
