"""Markdown as the HTML that Telegram takes: a few tags, and no blocks.

https://core.telegram.org/bots/api#html-style
"""

from html import escape

from tocsin.rendering.chat_markup import Dialect, html_escaped, written
from tocsin.rendering.tracked_links import Wrap

_TELEGRAM = Dialect(
    strong=("<b>", "</b>"),
    em=("<i>", "</i>"),
    struck=("<s>", "</s>"),
    code=("<code>", "</code>"),
    fence=("<pre>", "</pre>"),
    link=lambda url, text: f'<a href="{escape(url)}">{text}</a>',
    escaped=html_escaped,
    quote="&gt; ",
)


def to_telegram_html(source: str, wrap: Wrap | None = None) -> str:
    """
    >>> to_telegram_html("**Hi** [you](https://a.test/?a=1&b=2) <b>")
    '<b>Hi</b> <a href="https://a.test/?a=1&amp;b=2">you</a> &lt;b&gt;'
    """
    return written(source, _TELEGRAM, wrap)
