"""Markdown in Slack's own markup."""

import pytest

from tocsin.rendering.mrkdwn import to_mrkdwn


@pytest.mark.parametrize(
    ("markdown", "mrkdwn"),
    [
        ("**bold** *it* ~~struck~~ `a < b`", "*bold* _it_ ~struck~ `a &lt; b`"),
        ("one\ntwo\n\nthree", "one\ntwo\n\nthree"),
        ("[site](https://a.test/?a=1&b=2)", "<https://a.test/?a=1&b=2|site>"),
        ("![a chart](https://a.test/c.png)", "<https://a.test/c.png|a chart>"),
        ("# Heading with **bold**\n\nText", "*Heading with bold*\n\nText"),
        ("- a\n- b\n\nend", "• a\n• b\n\nend"),
        ("3. c\n4. d", "3. c\n4. d"),
        ("- a\n  - deep\n- b", "• a\n    • deep\n• b"),
        ("> said\n> again", "> said\n> again"),
        ("```sh\nls <dir>\n```", "```\nls &lt;dir&gt;\n```"),
        ("", ""),
    ],
)
def test_markdown_becomes_what_slack_understands(markdown: str, mrkdwn: str) -> None:
    assert to_mrkdwn(markdown) == mrkdwn


@pytest.mark.parametrize("text", ["<!channel>", "<@U123>", "<#C1|general>", "a & b"])
def test_data_cannot_smuggle_slacks_own_markup_in(text: str) -> None:
    written = to_mrkdwn(text)
    for entity in ("&amp;", "&lt;", "&gt;"):
        written = written.replace(entity, "")
    assert set("<>&").isdisjoint(written)


def test_a_link_with_an_unsafe_target_stays_text() -> None:
    assert "<javascript" not in to_mrkdwn("[x](javascript:alert(1))")
