"""Markdown to HTML, and HTML to the text part of a message."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tocsin.rendering.html_text import html_to_text
from tocsin.rendering.markdown import to_html, to_text


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Hi **Ada**", "<p>Hi <strong>Ada</strong></p>"),
        ("[a](https://x.test/?a=1&b=2)", '<p><a href="https://x.test/?a=1&amp;b=2">a</a></p>'),
        ("* a\n* b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("~~old~~", "<p><s>old</s></p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_html(source: str, html: str) -> None:
    assert to_html(source) == html


@pytest.mark.parametrize("source", ["<script>alert(1)</script>", "<b onclick=x>", "[a](javascript:alert(1))"])
def test_nothing_in_markdown_becomes_active_html(source: str) -> None:
    html = to_html(source)
    assert "<script" not in html
    assert "<b" not in html
    assert "href" not in html


def test_markdown_becomes_text() -> None:
    assert (
        to_text("# Hi\n\nSee [docs](https://x.test)\n\n1. a\n2. b")
        == "Hi\n\nSee docs (https://x.test)\n\n1. a\n2. b"
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p>a\n   b&nbsp;c &amp; d</p>", "a b\xa0c & d"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<b>a</b> <i>b</i>c", "a bc"),
        ('<a href="https://x.test">docs</a>.', "docs (https://x.test)."),
        ('<a href="https://x.test">https://x.test</a>', "https://x.test"),
        ('<a href="mailto:a@x.test">a@x.test</a>', "a@x.test"),
        ('<a href="#top">top</a>', "top"),
        ('<a href="https://x.test"><img src="a.png"></a>', "https://x.test"),
        ('<a href="https://x.test"><img src="a.png" alt="Logo"></a>', "Logo (https://x.test)"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<p>x</p><ul><li>a</li></ul><p>y</p>", "x\n\n- a\n\ny"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<p>a</p><hr><p>b</p>", "a\n\n---\n\nb"),
        ("<head><title>t</title><style>p{}</style></head><script>x()</script><p>a</p>", "a"),
        ('<div style="display: none"><p>hidden<br></p></div><p>shown</p>', "shown"),
        ("<!-- note --><!doctype html>a", "a"),
        ("</p></ul></a></pre>a", "a"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("", ""),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<ul>",
        "<ol>",
        "</ul>",
        "<li>",
        "<a",
        "href='x'>",
        "</a>",
        "<pre>",
        "</pre>",
        "<style>",
        "</style>",
        "<br>",
        "<head>",
        "<img",
        "alt='i'>",
        "<div",
        "style='display:none'>",
        "</div>",
        "&amp;",
        "&#x;",
        "<!--",
        "-->",
        "<![",
        "<![if",
        "<!x",
        "<?",
        "</",
        "<",
        ">",
        "a",
    ]
)


@given(st.lists(TAGS, max_size=15).map("".join) | st.text(max_size=40))
def test_no_markup_makes_the_text_part_fail(html: str) -> None:
    text = html_to_text(html)
    assert text == text.strip()


MARKS = [
    *"*_-+#>|=:.,!'\"()/@%;&<[]`~\\",
    "**",
    "__",
    " ",
    "  ",
    "    ",
    "\n",
    "\n\n",
    "\t",
    "\u00a0",
    "\u200b",
]
WORDS = [
    "a",
    "Ada",
    "Ada Lovelace",
    "é",
    "日本",
    "1",
    "12",
    "3.",
    "4)",
    "1234567890.",
    "www.x.test",
    "a@x.test",
]
LINES = ["- ", "1. ", "> ", "# ", "---", "===", "|-|-|", "\n|-|-|\n", "|a|b|c|", "~~~ a b\n", "\ue000"]
LIBRARY = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@settings(max_examples=1000)
@given(st.lists(st.sampled_from([*MARKS, *WORDS, *LINES]), max_size=20).map("".join))
def test_a_text_read_by_its_shape_is_what_the_library_reads(source: str) -> None:
    assert to_html(source) == LIBRARY.render(source).rstrip("\n")
