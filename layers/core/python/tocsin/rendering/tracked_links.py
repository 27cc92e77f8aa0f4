"""Links of a message, each in the place of another: in HTML, in plain text, in the JSON of a chat. Everything else is
left as it was written, to the letter."""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Wrap = Callable[[str], str]

NO_TRACK = "data-knock-no-track"
# A tag ends before the next one begins: text full of tags without an end would be read from each of them to its end.
_LINK = re.compile(r"<a\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
_HREF = re.compile(r"(\shref\s*=\s*)(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.IGNORECASE)
_NO_TRACK = re.compile(rf"\s{NO_TRACK}(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?(?=[\s/>])", re.IGNORECASE)
_BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)
_URL = re.compile(r"https://[^\s<>\"'`|\\^{}]+", re.IGNORECASE)
_SLACK_LINK = re.compile(r"<(https://[^>|]+)", re.IGNORECASE)
_SENTENCE_END = ".,;:!?*_~"
_BRACKETS = {")": "(", "]": "["}

# Under which names chats have links in their JSON; a `url` in one of the others is that of a picture.
_LINKS = frozenset({"url", "title_link", "title_url"})
_PICTURES = frozenset({"image", "thumbnail", "video", "media", "icon"})


def in_html(document: str, wrap: Wrap) -> str:
    """The links of `<a>`. One with `data-knock-no-track` stays, without that attribute."""

    def link(found: re.Match[str]) -> str:
        tag = found[0]
        untracked = _NO_TRACK.sub("", tag)
        return untracked if untracked != tag else _HREF.sub(href, tag, count=1)

    def href(found: re.Match[str]) -> str:
        url = html.unescape(found[2] or found[3] or found[4] or "").strip()
        wrapped = wrap(url)
        return found[0] if wrapped == url else f'{found[1]}"{html.escape(wrapped)}"'

    return _LINK.sub(link, document)


def with_pixel(document: str, url: str) -> str:
    """At the end of the body: a picture that nobody sees, which a mail program asks for when the email is opened."""
    pixel = (
        f'<img src="{html.escape(url)}" width="1" height="1" alt="" style="border:0;height:1px;width:1px;">'
    )
    ends = list(_BODY_END.finditer(document))
    at = ends[-1].start() if ends else len(document)
    return document[:at] + pixel + document[at:]


def in_text(text: str, wrap: Wrap | None) -> str:
    if wrap is None:
        return text
    return "".join(plain + (url and wrap(url)) for plain, url in urls_in(text))


def urls_in(text: str) -> Iterator[tuple[str, str]]:
    """A text in pairs of what is none and the URL behind it, which the last pair lacks. What ends a sentence, or the
    bracket around a URL, is not its own."""
    end = 0
    for found in _URL.finditer(text):
        url = _without_end(found[0])
        yield text[end : found.start()], url
        end = found.start() + len(url)
    yield text[end:], ""


def _without_end(url: str) -> str:
    """Brackets are counted once: texts are as long as people make them."""
    unopened = {closing: url.count(closing) - url.count(opening) for closing, opening in _BRACKETS.items()}
    end = len(url)
    while end and (url[end - 1] in _SENTENCE_END or unopened.get(url[end - 1], 0) > 0):
        end -= 1
        if url[end] in unopened:
            unopened[url[end]] -= 1
    return url[:end]


def in_json(value: Any, wrap: Wrap, name: str = "") -> Any:
    """Links of buttons and cards, and those in Slack's `<https://…|text>`. Pictures are fetched, not clicked."""
    if isinstance(value, list):
        return [in_json(one, wrap, name) for one in value]
    if isinstance(value, Mapping):
        return {key: _member(value, key, wrap, name) for key in value}
    return value


def _member(owner: Mapping[str, Any], key: str, wrap: Wrap, name: str) -> Any:
    value = owner[key]
    if not isinstance(value, str):
        return in_json(value, wrap, key)
    if key in _LINKS:
        shown = {name.lower(), str(owner.get("type", "")).lower()}
        return value if shown & _PICTURES else wrap(value)
    return _SLACK_LINK.sub(_slack_link(wrap), value) if owner.get("type") == "mrkdwn" else value


def _slack_link(wrap: Wrap) -> Callable[[re.Match[str]], str]:
    return lambda found: f"<{wrap(html.unescape(found[1]))}"
