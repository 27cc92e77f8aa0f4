"""Markdown in words alone, for who shows text as it comes."""

from tocsin.rendering.chat_markup import PLAIN, Dialect, written


def _link(url: str, text: str) -> str:
    return url if text == url else f"{text} ({url})"


_PLAIN = Dialect(strong=PLAIN, em=PLAIN, struck=PLAIN, code=PLAIN, fence=PLAIN, link=_link, bullet="-")


def to_plain_text(source: str) -> str:
    """
    >>> to_plain_text("# Hi\\n\\n**you**: [see](https://a.test), `a < b`")
    'Hi\\n\\nyou: see (https://a.test), a < b'
    """
    return written(source, _PLAIN)
