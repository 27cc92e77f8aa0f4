"""Files that travel with an email: where a trigger's data holds them, and what each must say.

A file is `{name, content_type, content, content_id?, disposition?}` with its content in base64. An email without the
file that it speaks of is worse than none, so anything else in that place is an error.
"""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator, Mapping
from typing import Any

DEFAULT_KEY = "attachments"
# Of all files together, in base64: what a trigger may carry. Many mail servers take no more, though SES would.
MAX_BYTES = 10 * 1024 * 1024
DISPOSITIONS = ("inline", "attachment")
_REQUIRED = ("name", "content_type", "content")
_CONTENT_TYPE = re.compile(
    r"[\w.+-]+/[\w.+-]+(\s*;\s*[\w.-]+=(\"[^\"\x00-\x1f]*\"|[\w.+-]+))*\s*;?", re.ASCII
)
_CONTENT_ID = re.compile(r"[!-;=?-~]+")

Json = Mapping[str, Any]


class AttachmentError(Exception):
    """What is wrong with a file, by its path in the data."""


def attachments_in(data: Json, path: str) -> list[dict[str, str]]:
    """The files under a path such as `files.invoice`; none where there is nothing. Raises AttachmentError."""
    found = _at(data, path)
    if found is None:
        return []
    single = not isinstance(found, list)
    places = [(path, found)] if single else [(f"{path}.{index}", one) for index, one in enumerate(found)]
    files = [_file(one, f"data.{place}") for place, one in places]
    size = sum(len(file["content"]) for file in files)
    if size > MAX_BYTES:
        raise AttachmentError(
            f"data.{path}: the files are {size} bytes in base64; {MAX_BYTES} are allowed, so link to some instead"
        )
    return files


def without_attachments(data: dict[str, Any]) -> dict[str, Any]:
    """The data without its files, whatever they are called. What only looks alike, such as a list of URLs, stays."""
    return {name: _without(value) for name, value in data.items() if not _is_files(value)}


def may_have_files(data_json: str) -> bool:
    """Where data is JSON of ours, whether it is worth looking for files in it."""
    return '"content_type"' in data_json


def _without(value: Any) -> Any:
    return without_attachments(value) if isinstance(value, dict) else value


def _is_files(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(_is_file(file) for file in value)
    return _is_file(value)


def _is_file(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in _REQUIRED)


def _at(data: Json, path: str) -> Any:
    value: Any = data
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _file(value: Any, place: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise AttachmentError(
            f"{place} is no file: {{name, content_type, content}}; where it is not meant to be one, name another place"
            " in settings.attachment_key"
        )
    problem = next(_problems(value), None)
    if problem:
        raise AttachmentError(f"{place}.{problem}")
    known = ("content_id", "disposition")
    optional = {name: value[name] for name in known if value.get(name)}
    return {"name": _line(value["name"]), "content_type": value["content_type"].strip(), **optional} | {
        "content": "".join(value["content"].split())
    }


def _problems(file: Json) -> Iterator[str]:
    for name in (*_REQUIRED, "content_id", "disposition"):
        value = file.get(name)
        if value is None and name not in _REQUIRED:
            continue
        if not isinstance(value, str) or not value.strip():
            yield f"{name} must be a text that is not empty"
    if not _CONTENT_TYPE.fullmatch(file["content_type"].strip()) or _is_compound(file["content_type"]):
        yield f"content_type must be one such as application/pdf, not {file['content_type']!r}"
    if file.get("disposition") not in (None, *DISPOSITIONS):
        yield f"disposition must be one of {', '.join(DISPOSITIONS)}"
    if file.get("content_id") and not _CONTENT_ID.fullmatch(file["content_id"]):
        yield "content_id must be one word of plain letters, figures and signs"
    if not _is_base64(file["content"]):
        yield "content is not base64"


def _is_compound(content_type: str) -> bool:
    """Messages of their own, which base64 cannot carry."""
    return content_type.strip().lower().startswith(("multipart/", "message/"))


def _is_base64(text: str) -> bool:
    try:
        b64decode("".join(text.split()), validate=True)
    except (Error, ValueError):
        return False
    return True


def _line(text: str) -> str:
    return " ".join(text.split())
