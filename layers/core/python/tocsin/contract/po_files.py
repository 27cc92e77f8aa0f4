"""Translations as PO files, which translators' tools read and write.

A text's name is the `msgid`, the objects it lies in are the `msgctxt`, joined by dots. So nothing is lost on the way
there and back, whatever sentence a text is named by:

    msgctxt "orders.shipped"
    msgid "one"
    msgstr "One order is on its way."

Fuzzy and empty entries are untranslated: they are left out, and another translation speaks for them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_STATEMENT = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s*(".*)')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_ESCAPED = str.maketrans({character: f"\\{name}" for name, character in _ESCAPES.items()})
_HEADER = ("Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: 8bit")

Texts = dict[str, Any]


class PoError(ValueError):
    """A file that cannot be read; the text names the line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")


@dataclass
class _Entry:
    """One entry as it is read, statement by statement. `line` is where it begins."""

    line: int
    parts: dict[str, str] = field(default_factory=dict)
    is_fuzzy: bool = False

    @property
    def is_complete(self) -> bool:
        return any(name.startswith("msgstr") for name in self.parts)

    @property
    def forms(self) -> list[str]:
        return [text for name, text in sorted(self.parts.items()) if name.startswith("msgstr[")]

    def add(self, line: int, text: str) -> None:
        """A statement, or a text that goes on from the line before."""
        match = _STATEMENT.fullmatch(text)
        if match is not None:
            name, quoted = match.groups()
            if name in self.parts:
                raise PoError(line, f"a second {name} in one entry; begin the next entry with its msgid")
            self.parts[name] = _unquoted(line, quoted)
        elif text.startswith('"') and self.parts:
            self.parts[list(self.parts)[-1]] += _unquoted(line, text)
        else:
            raise PoError(line, f"expected msgctxt, msgid, msgstr or a quoted text, found {text[:40]!r}")


def read_po(content: str) -> Texts:
    """The texts of a file. Raises PoError."""
    texts: Texts = {}
    for entry in _entries(content):
        if "msgid" not in entry.parts:
            raise PoError(entry.line, "an entry without a msgid")
        if entry.is_fuzzy or not (entry.parts["msgid"] or "msgctxt" in entry.parts):
            continue
        said = _said(entry)
        if said:
            _put(texts, entry, said)
    return texts


def _entries(content: str) -> Iterator[_Entry]:
    entry = _Entry(1)
    for number, line in enumerate(content.removeprefix("\ufeff").split("\n"), 1):
        text = line.strip()
        if entry.is_complete and text.startswith(("#", "msgctxt", "msgid")):
            yield entry
            entry = _Entry(number)
        if text.startswith("#"):
            entry.is_fuzzy = entry.is_fuzzy or (text.startswith("#,") and "fuzzy" in text)
        elif text:
            entry.add(number, text)
    if entry.is_complete:
        yield entry
    elif entry.parts:
        raise PoError(entry.line, "an entry without a msgstr")


def _said(entry: _Entry) -> str | Texts:
    """A text or its plural forms; empty where it is not translated."""
    if "msgid_plural" not in entry.parts:
        return entry.parts.get("msgstr", "")
    forms = entry.forms
    if not any(forms):
        return {}
    if len(forms) > 2:
        raise PoError(
            entry.line, f"{len(forms)} plural forms; a text has `one` and `other`, and `zero` if it needs to"
        )
    return {"one": forms[0], "other": forms[1]} if len(forms) == 2 else {"other": forms[0]}


def _put(texts: Texts, entry: _Entry, said: str | Texts) -> None:
    context = entry.parts.get("msgctxt")
    for name in context.split(".") if context else ():
        texts = texts.setdefault(name, {})
        if not isinstance(texts, dict):
            raise PoError(entry.line, f"the context {context!r} is the name of a text")
    if entry.parts["msgid"] in texts:
        raise PoError(entry.line, f"{entry.parts['msgid']!r} is there twice")
    texts[entry.parts["msgid"]] = said


def _unquoted(line: int, quoted: str) -> str:
    match = _QUOTED.fullmatch(quoted)
    if match is None:
        raise PoError(line, 'a text must be between quotes, with \\" for those inside')
    try:
        return re.sub(r"\\(.)", lambda escape: _ESCAPES[escape.group(1)], match.group(1))
    except KeyError as error:
        raise PoError(line, f"\\{error.args[0]} stands for nothing; write \\\\ for a backslash") from error


def written_po(texts: Mapping[str, Any], locale: str) -> str:
    header = "".join(_quoted(line + "\n") + "\n" for line in (f"Language: {locale}", *_HEADER))
    return "\n".join([f'msgid ""\nmsgstr ""\n{header}', *map(_entry, _leaves(texts, ()))])


def _leaves(texts: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, value in texts.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*path, name))
        else:
            yield (*path, name), value


def _entry(leaf: tuple[tuple[str, ...], str]) -> str:
    (*context, name), text = leaf
    lines = [f"msgctxt {_quoted('.'.join(context))}\n"] if context else []
    return "".join([*lines, f"msgid {_quoted(name)}\n", f"msgstr {_quoted(text)}\n"])


def _quoted(text: str) -> str:
    return f'"{text.translate(_ESCAPED)}"'
