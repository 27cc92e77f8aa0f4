"""Markdown as the text blocks of Adaptive Cards take it: bold, italics, lists and links are all that there is.

https://learn.microsoft.com/en-us/adaptive-cards/authoring-cards/text-features
"""

from tocsin.rendering.chat_markup import PLAIN, Dialect, written
from tocsin.rendering.tracked_links import Wrap

_CARD = Dialect(
    strong=("**", "**"),
    em=("_", "_"),
    struck=PLAIN,
    code=PLAIN,
    fence=PLAIN,
    link=lambda url, text: f"[{text}]({url})",
    bullet="-",
    quote="",
    hard_break="\n\n",
)


def to_card_text(source: str, wrap: Wrap | None = None) -> str:
    """
    >>> to_card_text("# Hi\\n\\n~~no~~ **yes**, `a`")
    '**Hi**\\n\\nno **yes**, a'
    """
    return written(source, _CARD, wrap)
