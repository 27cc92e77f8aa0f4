"""The content of a definition: what is kept of an upsert, and the hash that tells whether anything changed."""

import hashlib
import re
from decimal import MAX_PREC, Context, Decimal
from typing import Any

import simplejson

from tocsin.domain import translations
from tocsin.domain.cohort_shares import with_written_shares
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import FieldProblem, InvalidParamsError

# A DynamoDB row holds 400 kB with its keys.
MAX_BYTES = 350 * 1024
# Far beyond any workflow; below it, no code of ours that walks a definition can run out of stack.
MAX_DEPTH = 50
_EXACT = Context(prec=MAX_PREC)
_KEY = re.compile(r"[a-z0-9_-]{3,255}")

# Made by us: a client may send back what it was given, and none of it counts.
READONLY = frozenset(
    {
        "active",
        "created_at",
        "created_by",
        "deleted_at",
        "environment",
        "key",
        "sha",
        "updated_at",
        "updated_by",
        "valid",
    }
)
# What else is made by us, of one kind only.
_DERIVED: dict[DefinitionKind, frozenset[str]] = {
    DefinitionKind.GUIDE: frozenset({"guide_audience_conditions", "semver", "type"}),
    DefinitionKind.PARTIAL: frozenset({"inserted_at"}),
    DefinitionKind.MESSAGE_TYPE: frozenset({"archived_at", "owner"}),
}
# The CLI's own notes beside a definition.
_NOTES = frozenset({"$schema", "__readonly", "__annotation"})

# What a definition says by saying nothing: written out, so that sending back an answer changes nothing.
_DEFAULTS: dict[DefinitionKind, dict[str, Any]] = {
    DefinitionKind.WORKFLOW: {
        "categories": [],
        "tags": [],
        "settings": {},
        "trigger_data_json_schema": {},
        "trigger_frequency": "every_trigger",
        "conditions": None,
    },
    DefinitionKind.EMAIL_LAYOUT: {"footer_links": [], "is_mjml": False},
    DefinitionKind.PARTIAL: {"input_schema": [], "visual_block_enabled": False},
    DefinitionKind.MESSAGE_TYPE: {"preview": "", "semver": "1.0.0"},
    DefinitionKind.GUIDE: {
        "activation_url_patterns": [],
        "tags": [],
        "target_audience_key": None,
        "target_property_conditions": None,
    },
    DefinitionKind.TRANSLATION: {},
    DefinitionKind.AUDIENCE: {},
}


def key_problem(key: str) -> str | None:
    """Why a key cannot be one, or None."""
    if _KEY.fullmatch(key):
        return None
    return "must be 3 to 255 characters of a-z, 0-9, - and _"


def is_key(text: str, kind: DefinitionKind | None = None) -> bool:
    """Whether a definition could have this key: most are of one spelling, translations are named by their locale."""
    pattern = translations.KEY if kind is DefinitionKind.TRANSLATION else _KEY
    return pattern.fullmatch(text) is not None


def readonly_fields(kind: DefinitionKind) -> frozenset[str]:
    return READONLY | _DERIVED.get(kind, frozenset())


def content_of(kind: DefinitionKind, sent: dict[str, Any]) -> dict[str, Any]:
    """What is kept: everything but read-only fields and the CLI's notes, with the defaults written out.

    Raises InvalidParamsError when it is too large or too deep to be kept.
    """
    made_by_us = readonly_fields(kind)
    kept = {name: value for name, value in _without_notes(sent, 0).items() if name not in made_by_us}
    if kind is DefinitionKind.WORKFLOW and "steps" in kept:
        kept["steps"] = with_written_shares(kept["steps"])
    content = kept | {name: value for name, value in _DEFAULTS[kind].items() if kept.get(name) is None}
    size = len(_canonical(content))
    if size > MAX_BYTES:
        raise InvalidParamsError(
            [FieldProblem(kind.value, f"is {size} bytes; a definition holds at most {MAX_BYTES}")]
        )
    return content


def sha_of(content: dict[str, Any]) -> str:
    """Equal for equal content, in whatever order its fields come and however its numbers are written.

    >>> sha_of({"a": 1, "b": []}) == sha_of({"b": [], "a": Decimal("1.0")})
    True
    """
    return hashlib.sha256(_canonical(content)).hexdigest()


def _canonical(content: dict[str, Any]) -> bytes:
    text: str = simplejson.dumps(
        content,
        use_decimal=False,
        default=_number,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return text.encode()


def _number(value: Decimal) -> int | simplejson.RawJSON:
    """The same for a number however it is written: the CLI reads `1.10`, or `1.0`, and sends back `1.1`, or `1`."""
    whole = value == value.to_integral_value()
    return int(value) if whole else simplejson.RawJSON(str(value.normalize(_EXACT)))


def _without_notes(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise InvalidParamsError([FieldProblem("body", f"is nested more than {MAX_DEPTH} levels deep")])
    if isinstance(value, dict):
        return {
            name: _without_notes(inner, depth + 1)
            for name, inner in value.items()
            if name not in _NOTES and not name.endswith("@")
        }
    if isinstance(value, list):
        return [_without_notes(inner, depth + 1) for inner in value]
    return value
