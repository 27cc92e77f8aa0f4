"""An email with files, as the mail program at the other end reads it."""

from base64 import b64encode
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from tocsin.channels.email.mime import to_mime

CONTENT = {
    "from": "App <hello@app.test>",
    "to": "jane@app.test",
    "subject_line": "Hi",
    "html_body": '<img src="cid:logo">',
    "text_body": "Hi",
}


def file(name: str, content_type: str, content: bytes, **more: str) -> dict[str, str]:
    return {"name": name, "content_type": content_type, "content": b64encode(content).decode(), **more}


def read(*files: dict[str, str]) -> EmailMessage:
    content: dict[str, Any] = {**CONTENT, "attachments": list(files)}
    message = message_from_bytes(to_mime(content, "message-1"), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def shape(message: Any) -> Any:
    if not message.is_multipart():
        return message.get_content_type()
    return [message.get_content_subtype(), *map(shape, message.iter_parts())]


def test_a_file_goes_beside_both_bodies() -> None:
    message = read(file("Rechnung ü.pdf", "application/pdf", b"%PDF"))
    assert shape(message) == ["mixed", ["alternative", "text/plain", "text/html"], "application/pdf"]
    [pdf] = message.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content()) == ("Rechnung ü.pdf", b"%PDF")
    assert pdf.get_content_disposition() == "attachment"


def test_an_image_that_the_html_shows_lies_beside_the_html() -> None:
    message = read(file("logo.png", "image/png", b"png", content_id="logo", disposition="inline"))
    assert shape(message) == ["alternative", "text/plain", ["related", "text/html", "image/png"]]
    image = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert (image["Content-ID"], image.get_content_disposition()) == ("<logo>", "inline")


def test_both_kinds_travel_together() -> None:
    message = read(
        file("a.txt", "text/plain", "ü".encode()), file("l.png", "image/png", b"png", content_id="logo")
    )
    assert shape(message) == [
        "mixed",
        ["alternative", "text/plain", ["related", "text/html", "image/png"]],
        "text/plain",
    ]


def test_an_invitation_keeps_its_method() -> None:
    kind = "text/calendar; charset=utf-8; method=REQUEST"
    [invitation] = read(file("i.ics", kind, b"BEGIN:VCALENDAR", disposition="inline")).iter_attachments()
    assert invitation["Content-Type"].params == {"charset": "utf-8", "method": "REQUEST"}
    assert invitation.get_content_disposition() == "inline"


def test_a_name_cannot_start_another_header() -> None:
    message = read(file('a"\\; x="b.pdf', "application/pdf", b"%PDF"))
    [pdf] = message.iter_attachments()
    assert pdf.get_filename() == 'a"\\; x="b.pdf'
    assert "x" not in pdf["Content-Disposition"].params
