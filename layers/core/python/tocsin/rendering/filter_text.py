"""Filters on texts, lists and JSON that Liquid lacks, and those of its own that could grow without bound."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable

from liquid.exceptions import FilterArgumentError, ResourceLimitError
from liquid.filter import sequence_filter
from liquid.undefined import Undefined

from tocsin.domain import json_text
from tocsin.rendering import markdown
from tocsin.rendering.limits import MAX_OUTPUT
from tocsin.rendering.values import identity, stringify, to_json, to_number

_VERSION = re.compile(
    r"v?(\d{1,18})\.(\d{1,18})\.(\d{1,18})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?", re.ASCII
)


def from_json(value: object) -> object:
    """The value a JSON text holds; nil for a text that is none. Anything but a text is returned unchanged."""
    if not isinstance(value, str):
        return value
    try:
        return json_text.loads_sent(value)
    except (ValueError, RecursionError):
        return None


def pluralize(value: object, one: object = "", many: object = "") -> object:
    """The first text for 1, else the second."""
    return one if to_number(value) == 1 else many


def titlecase(value: object) -> str:
    """Every word with a capital first letter and small ones after it."""
    return re.sub(r"\S+", lambda match: match.group().capitalize(), stringify(value))


def md5(value: object) -> str:
    """MD5 as lower-case hex (for Gravatar and the like, not for security)."""
    return hashlib.md5(stringify(value).encode(), usedforsecurity=False).hexdigest()


def sha256(value: object) -> str:
    """SHA-256 as lower-case hex."""
    return hashlib.sha256(stringify(value).encode()).hexdigest()


def hmac_sha256(value: object, key: object = "") -> str:
    """HMAC-SHA-256 with a key, as lower-case hex."""
    return hmac.new(stringify(key).encode(), stringify(value).encode(), hashlib.sha256).hexdigest()


@sequence_filter
def intersect(left: list[object], right: object) -> list[object]:
    """The items of the first list that the second has too, in their order, each once."""
    wanted = {identity(item) for item in right} if isinstance(right, (list, tuple, range)) else set()
    return [item for item in unique(left) if identity(item) in wanted]


@sequence_filter
def unique(items: list[object], key: object = None) -> list[object]:
    """The list without repetitions, of the items or of one property of them. Replaces a filter of quadratic cost."""
    seen: dict[str, object] = {}
    for item in items:
        value = item.get(str(key)) if isinstance(item, dict) and isinstance(key, str) else item
        seen.setdefault(identity(value), item)
    return list(seen.values())


@sequence_filter
def join(items: Iterable[object], separator: object = " ") -> str:
    """The items with a separator between them, as long as the result stays within a message's size."""
    texts, glue = [stringify(item) for item in items], stringify(separator)
    _bound(sum(map(len, texts)) + len(texts) * len(glue))
    return glue.join(texts)


def replace(value: object, search: object, substitute: object = "") -> str:
    """Every occurrence of a text replaced, as long as the result stays within a message's size."""
    text, old, new = stringify(value), stringify(search), stringify(substitute)
    _bound(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def _bound(size: int) -> None:
    if size > MAX_OUTPUT:
        raise ResourceLimitError(f"the result is longer than {MAX_OUTPUT} characters", token=None)


def from_markdown(value: object) -> str:
    """HTML of a markdown text; HTML inside it is escaped."""
    return markdown.to_html(stringify(value))


def compare_versions(value: object, other: object = "") -> int | None:
    """-1, 0 or 1 by semantic versioning; nil when either is no version."""
    left, right = _version(value), _version(other)
    if left is None or right is None:
        return None
    return (left > right) - (left < right)


def _version(value: object) -> tuple[object, ...] | None:
    match = _VERSION.fullmatch(stringify(value).strip())
    if match is None:
        return None
    release, labels = [int(part) for part in match.groups()[:3]], match.group(4)
    # A pre-release comes before its release, numbers before words, fewer labels before more.
    return (*release, labels is None, tuple(map(_label, labels.split("."))) if labels else ())


def _label(label: str) -> tuple[bool, int, str]:
    return (False, int(label[:18]), "") if label.isdigit() else (True, 0, label)


def equals(value: object, other: object = None) -> bool:
    """Whether two values are the same; nil and undefined are."""
    return identity(value) == identity(other)


def as_text(function: Callable[..., object]) -> Callable[..., object]:
    """A text filter of python-liquid that takes any value by what it prints: `true`, not Python's `True`."""

    def filtered(value: object, *args: object) -> object:
        return function(stringify(value), *map(_argument, args))

    return filtered


def _argument(value: object) -> object:
    plain = isinstance(value, (int, Undefined)) and not isinstance(value, bool)
    return value if plain else stringify(value)


def base64_safe(function: Callable[..., object]) -> Callable[..., object]:
    """A decoder that names its problem where the decoded bytes are no text."""

    def decoded(value: object) -> object:
        try:
            return function(stringify(value))
        except ValueError as error:
            raise FilterArgumentError("the value is not base64 of a text", token=None) from error

    return decoded


FILTERS: dict[str, Callable[..., object]] = {
    "json": to_json,
    "from_json": from_json,
    "pluralize": pluralize,
    "titlecase": titlecase,
    "md5": md5,
    "sha256": sha256,
    "hmac_sha256": hmac_sha256,
    "intersect": intersect,
    "uniq": unique,
    "join": join,
    "replace": replace,
    "from_markdown": from_markdown,
    "compare_versions": compare_versions,
    "equals": equals,
}

TAKES_TEXT = frozenset(
    {
        "append",
        "capitalize",
        "downcase",
        "escape",
        "escape_once",
        "lstrip",
        "newline_to_br",
        "prepend",
        "remove",
        "remove_first",
        "remove_last",
        "replace_first",
        "replace_last",
        "rstrip",
        "split",
        "squish",
        "strip",
        "strip_html",
        "strip_newlines",
        "truncate",
        "truncatewords",
        "upcase",
        "url_decode",
        "url_encode",
        "base64_encode",
        "base64_url_safe_encode",
    }
)
"""Filters of python-liquid to be wrapped by `as_text`."""

DECODES = ("base64_decode", "base64_url_safe_decode")
"""Filters of python-liquid to be wrapped by `base64_safe`."""
