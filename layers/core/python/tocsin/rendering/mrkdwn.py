"""Markdown as Slack writes it: `*bold*`, `_italic_`, `~struck~`, `<url|text>`.

https://docs.slack.dev/messaging/formatting-message-text
"""

from tocsin.rendering.chat_markup import Dialect, html_escaped, written
from tocsin.rendering.tracked_links import Wrap

_SLACK = Dialect(
    strong=("*", "*"),
    em=("_", "_"),
    struck=("~", "~"),
    code=("`", "`"),
    fence=("```\n", "```"),
    link=lambda url, text: f"<{url}|{text}>",
    escaped=html_escaped,
)


def to_mrkdwn(source: str, wrap: Wrap | None = None) -> str:
    """
    >>> to_mrkdwn("# Hi **you**\\n\\n- [one](https://a.test)\\n- 2 < 3")
    '*Hi you*\\n\\n• <https://a.test|one>\\n• 2 &lt; 3'
    """
    return written(source, _SLACK, wrap)
