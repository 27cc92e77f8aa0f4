"""Style sheets of an email: many clients drop `<style>`, so its rules go where they apply, into `style` attributes.

What no attribute can say stays in `<style>`: media queries, `:hover`, fonts, and rules for what is not there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from tocsin.domain.recipients import RecipientRef
from tocsin.domain.sources import Json, Partial, Sources
from tocsin.domain.translations import Phrase

if TYPE_CHECKING:
    from css_inline import CSSInliner

_STYLE = re.compile(r"<style\b", re.IGNORECASE)
_EMPTY = re.compile(r"<style[^>]*>\s*</style>\n?")
_HOISTED = re.compile(r"<style data-hoisted([^>]*)>(.*?)</style\s*>\s*", re.IGNORECASE | re.DOTALL)
# Where styles go, by what the document has: at the top of its head.
_HEADS = tuple(re.compile(rf"<{name}\b[^>]*>", re.IGNORECASE) for name in ("head", "html", "!doctype"))
_MJML_HEAD, _MJML = (re.compile(rf"<{name}\b[^>]*>", re.IGNORECASE) for name in ("mj-head", "mjml"))


def inline(html: str) -> str:
    """The document with its rules in `style` attributes; untouched when it has no `<style>`, or one that cannot be
    read: mail programs pass over that, too. Fetches nothing."""
    if not _STYLE.search(html):
        return html
    from css_inline import InlineError

    try:
        return _EMPTY.sub("", _inliner().inline(html))
    except InlineError:
        return html


@lru_cache(maxsize=1)
def _inliner() -> "CSSInliner":
    """Four megabytes of machine code, loaded by the first email with styles."""
    from css_inline import CSSInliner

    return CSSInliner(
        keep_style_tags=True,
        remove_inlined_selectors=True,
        keep_link_tags=True,
        load_remote_stylesheets=False,
    )


def hoisted_style(css: str) -> str:
    """A style sheet that `hoist` will move, wherever in the document it is written."""
    return f"<style data-hoisted>{css}</style>"


def hoist(html: str, *, is_mjml: bool) -> str:
    """Moves each style sheet that asks for it to the top of the head, once, however often it is there."""
    sheets = dict.fromkeys(match.groups() for match in _HOISTED.finditer(html))
    if not sheets:
        return html
    body = _HOISTED.sub("", html)
    if is_mjml:
        return _into_mjml_head(body, "".join(f"<mj-style>{css}</mj-style>" for _, css in sheets))
    return _after_first(_HEADS, body, "".join(f"<style{attrs}>{css}</style>" for attrs, css in sheets))


def _into_mjml_head(source: str, styles: str) -> str:
    if _MJML_HEAD.search(source):
        return _after_first((_MJML_HEAD,), source, styles)
    return _after_first((_MJML,), source, f"<mj-head>{styles}</mj-head>")


def _after_first(places: tuple[re.Pattern[str], ...], html: str, added: str) -> str:
    found = next((match for place in places if (match := place.search(html))), None)
    end = found.end() if found else 0
    return html[:end] + added + html[end:]


@dataclass(frozen=True, slots=True)
class HoistingSources:
    """The same sources, but the styles of HTML partials ask to be hoisted."""

    sources: Sources

    def partial(self, key: str) -> Partial | None:
        found = self.sources.partial(key)
        if found is None or found.type != "html":
            return found
        return replace(found, content=_STYLE.sub("<style data-hoisted", found.content))

    def translation(self, phrase: Phrase, locale: str | None, tenant: str | None) -> str | None:
        return self.sources.translation(phrase, locale, tenant)

    def person(self, ref: RecipientRef) -> Json | None:
        return self.sources.person(ref)

    def followed(self, user_id: str) -> Sequence[Json]:
        return self.sources.followed(user_id)
