"""Files in a trigger's data: where they are found, what they must say, and that feeds do not show them."""

from base64 import b64encode
from typing import Any

import pytest

from tocsin.domain.attachments import MAX_BYTES, AttachmentError, attachments_in, without_attachments

PDF = {"name": "a.pdf", "content_type": "application/pdf", "content": b64encode(b"pdf").decode()}


def refusal(found: object, path: str = "attachments") -> str:
    with pytest.raises(AttachmentError) as raised:
        attachments_in({"attachments": found}, path)
    return str(raised.value)


def test_one_file_and_a_list_of_files_are_found() -> None:
    assert attachments_in({"attachments": PDF}, "attachments") == [PDF]
    assert attachments_in({"attachments": [PDF, PDF]}, "attachments") == [PDF, PDF]


def test_a_path_leads_deeper() -> None:
    assert attachments_in({"files": {"invoice": PDF}}, "files.invoice") == [PDF]


@pytest.mark.parametrize("data", [{}, {"attachments": None}, {"attachments": []}, {"files": "x"}])
def test_nothing_there_is_no_file(data: dict[str, Any]) -> None:
    assert attachments_in(data, "attachments") == []
    assert attachments_in(data, "files.invoice") == []


def test_base64_may_have_line_breaks_and_a_name_none() -> None:
    [file] = attachments_in({"f": {**PDF, "content": "cG\r\nRm\n", "name": "a\r\nb: c.pdf"}}, "f")
    assert (file["content"], file["name"]) == ("cGRm", "a b: c.pdf")


def test_what_the_email_shows_by_itself_may_say_so() -> None:
    shown = {**PDF, "content_id": "logo", "disposition": "inline", "other": "x"}
    [file] = attachments_in({"f": shown}, "f")
    assert (file["content_id"], file["disposition"]) == ("logo", "inline")
    assert "other" not in file


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": None}, "data.attachments.name must be a text that is not empty"),
        ({"content": ""}, "content must be a text that is not empty"),
        ({"content": 5}, "content must be a text"),
        ({"content": "not base64!"}, "content is not base64"),
        ({"content": "cGR"}, "content is not base64"),
        ({"content": "cGR!m"}, "content is not base64"),
        ({"content_type": "pdf"}, "content_type must be one such as application/pdf, not 'pdf'"),
        ({"content_type": "text/plain\r\nBcc: x@y.test"}, "content_type must be one"),
        ({"content_type": "message/rfc822"}, "content_type must be one"),
        ({"disposition": "hidden"}, "disposition must be one of inline, attachment"),
        ({"content_id": "a> b"}, "content_id must be one word"),
    ],
)
def test_a_malformed_file_is_told_by_its_place(changes: dict[str, Any], message: str) -> None:
    assert message in refusal({**PDF, **changes})


def test_the_place_counts_in_a_list() -> None:
    assert refusal([PDF, {}]).startswith("data.attachments.1.name")


def test_what_was_never_meant_as_a_file_is_told_how_to_say_so() -> None:
    assert "name another place in settings.attachment_key" in refusal(["https://x.test/a.pdf"])


def test_files_that_are_too_large_together_are_refused() -> None:
    half = {**PDF, "content": "A" * (MAX_BYTES // 2 // 4 * 4)}
    assert len(attachments_in({"attachments": [half, half]}, "attachments")) == 2
    assert f"{MAX_BYTES} are allowed" in refusal([half, half, PDF])


def test_data_is_shown_without_its_files_whatever_they_are_called() -> None:
    data = {"no": 7, "invoice": PDF, "files": [PDF, PDF], "deep": {"file": PDF, "page": "Home"}}
    assert without_attachments(data) == {"no": 7, "deep": {"page": "Home"}}


def test_what_only_looks_alike_is_shown() -> None:
    data = {"attachments": ["https://x.test/a.pdf"], "file": {"name": "a.pdf"}, "list": [], "mixed": [PDF, 1]}
    assert without_attachments(data) == data
