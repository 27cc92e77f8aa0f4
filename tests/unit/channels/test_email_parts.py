"""An email in parts, for vendors who take no MIME."""

from typing import Any

import pytest

from tocsin.channels.base import RejectedError
from tocsin.channels.email.mime import address
from tocsin.channels.email.parts import Email, email_of

CONTENT = {
    "from": "App <hello@app.test>",
    "to": "jane@app.test",
    "subject_line": "Hi",
    "html_body": "<p>Hi</p>",
    "text_body": "Hi",
}


def read(**content: Any) -> Email:
    return email_of({**CONTENT, **content})


@pytest.mark.parametrize("name", ["App", "Doe, Jane", 'The "App"', "Zoë ✓", "=?utf-8?q?odd", ""])
def test_a_name_that_was_written_into_a_header_is_read_out_of_it_as_it_was(name: str) -> None:
    sender = read(**{"from": address("hello@app.test", name)}).sender
    assert (sender.display_name, sender.addr_spec) == (name, "hello@app.test")


def test_one_header_may_hold_several_people() -> None:
    email = read(cc='"Doe, Jane" <a@app.test>, b@app.test')
    assert [str(one) for one in email.cc] == ['"Doe, Jane" <a@app.test>', "b@app.test"]


def test_nobody_is_written_to_twice() -> None:
    email = read(cc="Jane <JANE@app.test>, a@app.test, A@app.test", bcc="a@app.test, b@app.test")
    assert [[one.addr_spec for one in found] for found in (email.to, email.cc, email.bcc)] == [
        ["jane@app.test"],
        ["a@app.test"],
        ["b@app.test"],
    ]


@pytest.mark.parametrize(
    "text", ["jane", "a@", "@app.test", "a@b@c", ",", "<>", "undisclosed:;", "a@app.test, b"]
)
@pytest.mark.parametrize("field", ["from", "to", "cc", "bcc", "reply_to"])
def test_what_is_no_address_is_refused(field: str, text: str) -> None:
    with pytest.raises(RejectedError, match="is no email address"):
        read(**{field: text})


def test_what_has_a_content_id_is_shown_unless_it_says_otherwise() -> None:
    file = {"name": "a.png", "content_type": "image/png", "content": "cG5n"}
    files = [
        file,
        {**file, "content_id": "logo"},
        {**file, "content_id": "logo", "disposition": "attachment"},
        {**file, "disposition": "inline"},
    ]
    found = read(attachments=files).files
    assert [(one.disposition, one.is_shown) for one in found] == [
        ("attachment", False),
        ("inline", True),
        ("attachment", False),
        ("inline", False),
    ]
