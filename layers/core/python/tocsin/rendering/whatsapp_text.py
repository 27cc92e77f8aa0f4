"""Markdown as WhatsApp writes it: `*bold*`, `_italic_`, `~struck~`, lists, quotes; a URL is a link by itself.

https://faq.whatsapp.com/539178204879377
"""

from tocsin.rendering.chat_markup import Dialect, written
from tocsin.rendering.tracked_links import Wrap, in_text


def _link(url: str, text: str) -> str:
    return url if text == url else f"{text} ({url})"


_WHATSAPP = Dialect(
    strong=("*", "*"),
    em=("_", "_"),
    struck=("~", "~"),
    code=("`", "`"),
    fence=("```", "```"),
    link=_link,
    bullet="-",
)


def to_whatsapp_text(source: str, wrap: Wrap | None = None) -> str:
    """
    >>> to_whatsapp_text("**Hi** [you](https://a.test)")
    '*Hi* you (https://a.test)'
    """
    return in_text(written(source, _WHATSAPP), wrap)
