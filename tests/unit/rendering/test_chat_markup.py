"""Markdown in the dialects of chats other than Slack."""

import pytest

from tocsin.rendering.card_text import to_card_text
from tocsin.rendering.telegram_html import to_telegram_html
from tocsin.rendering.whatsapp_text import to_whatsapp_text

SOURCE = """\
# Order **7**

**Jane** _paid_ ~~nothing~~ `a < b` [here](https://a.test/?a=1&b=2)

- one
- two

> said

```
ls <dir>
```
![chart](https://a.test/c.png)"""


def test_cards_have_bold_italics_lists_and_links_alone() -> None:
    assert to_card_text(SOURCE) == (
        "**Order 7**\n\n**Jane** _paid_ nothing a < b [here](https://a.test/?a=1&b=2)\n\n- one\n- two\n\n"
        "said\n\nls <dir>\n\n\n[chart](https://a.test/c.png)"
    )


def test_telegram_takes_a_few_tags() -> None:
    assert to_telegram_html(SOURCE) == (
        "<b>Order 7</b>\n\n<b>Jane</b> <i>paid</i> <s>nothing</s> <code>a &lt; b</code> "
        '<a href="https://a.test/?a=1&amp;b=2">here</a>\n\n• one\n• two\n\n&gt; said\n\n'
        '<pre>ls &lt;dir&gt;\n</pre>\n\n<a href="https://a.test/c.png">chart</a>'
    )


def test_whatsapp_has_signs_and_urls() -> None:
    assert to_whatsapp_text(SOURCE) == (
        "*Order 7*\n\n*Jane* _paid_ ~nothing~ `a < b` here (https://a.test/?a=1&b=2)\n\n- one\n- two\n\n"
        "> said\n\n```ls <dir>\n```\n\nchart (https://a.test/c.png)"
    )


@pytest.mark.parametrize("text", ["<b>", "a & b", '<a href="https://evil.test">x</a>', "</i>"])
def test_data_cannot_smuggle_tags_to_telegram(text: str) -> None:
    assert "<" not in to_telegram_html(text)


def test_a_url_cannot_leave_its_attribute() -> None:
    link = to_telegram_html('[x](https://a.test/"onclick="y)')
    assert link.count('"') == 2


def test_a_hard_break_of_a_card_is_a_paragraph() -> None:
    assert to_card_text("one\\\ntwo\nthree") == "one\n\ntwo\nthree"
