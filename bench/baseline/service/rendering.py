"""What a recipient is shown: the workflow's two templates with the trigger's data and the recipient's properties."""

from functools import lru_cache
from typing import Any

import orjson
from liquid import BoundTemplate, Environment
from markdown_it import MarkdownIt

_liquid = Environment()
_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def blocks(body: str, url: str, data: Any, recipient: Any) -> list[dict[str, str]]:
    scope = {"data": data, "recipient": recipient}
    html = _markdown.render(_template(body).render(**scope)).rstrip("\n")
    return [
        {"name": "body", "type": "markdown", "content": body, "rendered": html},
        {"name": "action_url", "type": "text", "content": url, "rendered": _template(url).render(**scope)},
    ]


def as_json(body: str, url: str, data: Any, recipient: Any) -> str:
    return orjson.dumps(blocks(body, url, data, recipient)).decode()


@lru_cache(maxsize=1024)
def _template(source: str) -> BoundTemplate:
    return _liquid.from_string(source)
