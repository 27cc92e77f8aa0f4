"""Links in the place of others, in everything a message may be written in."""

import pytest

from tocsin.rendering.card_text import to_card_text
from tocsin.rendering.mrkdwn import to_mrkdwn
from tocsin.rendering.telegram_html import to_telegram_html
from tocsin.rendering.tracked_links import in_html, in_json, in_text, with_pixel
from tocsin.rendering.whatsapp_text import to_whatsapp_text


def wrap(url: str) -> str:
    return f"https://t.test/?u={url.removeprefix('https://')}" if url.startswith("https://") else url


HTML = {
    "quoted": ('<a href="https://a.test">x</a>', '<a href="https://t.test/?u=a.test">x</a>'),
    "in single quotes, among others": (
        "<A class=x HREF = 'https://a.test' title='a > b'>",
        "<A class=x HREF = \"https://t.test/?u=a.test\" title='a > b'>",
    ),
    "unquoted": ("<a href=https://a.test/b>", '<a href="https://t.test/?u=a.test/b">'),
    "with entities": (
        '<a href="https://a.test?x=1&amp;y=&quot;">',
        '<a href="https://t.test/?u=a.test?x=1&amp;y=&quot;">',
    ),
    "across lines": ('<a\n  href="https://a.test"\n>', '<a\n  href="https://t.test/?u=a.test"\n>'),
    "for Outlook alone": (
        '<!--[if mso]><a href="https://a.test"><![endif]-->',
        '<!--[if mso]><a href="https://t.test/?u=a.test"><![endif]-->',
    ),
    "opted out": ('<a href="https://a.test" data-knock-no-track>x</a>', '<a href="https://a.test">x</a>'),
    "opted out with a value": (
        '<a data-knock-no-track="true" href="https://a.test">',
        '<a href="https://a.test">',
    ),
}


@pytest.mark.parametrize("name", HTML)
def test_a_link_of_html_is_replaced_and_nothing_else(name: str) -> None:
    document, expected = HTML[name]
    assert in_html(f"<p>ü&nbsp;{document}<br>", wrap) == f"<p>ü&nbsp;{expected}<br>"


@pytest.mark.parametrize(
    "document",
    [
        '<a href="http://a.test">',
        '<a href="mailto:a@a.test">',
        '<a name="x">',
        '<a data-href="https://a.test">',
        '<img src="https://a.test/x.png">',
        '<link href="https://a.test/x.css">',
        '<abbr href="https://a.test">',
        "https://a.test",
        '<a href="https://a.test',
    ],
)
def test_what_nobody_clicks_stays_to_the_letter(document: str) -> None:
    assert in_html(document, wrap) == document


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://a.test.", "See <https://a.test>."),
        ("(https://a.test/b_(c))!", "(<https://a.test/b_(c)>)!"),
        ("[x](https://a.test/b) and `https://b.test`", "[x](<https://a.test/b>) and `<https://b.test>`"),
        ("https://a.test?q=1&r=2#x, http://b.test", "<https://a.test?q=1&r=2#x>, http://b.test"),
        ("https://ü.test/✓ ✓", "<https://ü.test/✓> ✓"),
        ("https://a.test…?", "<https://a.test…>?"),
        ("no link", "no link"),
    ],
)
def test_a_url_in_a_text_ends_where_a_reader_would_end_it(text: str, expected: str) -> None:
    assert in_text(text, lambda url: f"<{url}>") == expected
    assert in_text(text, None) == text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            to_mrkdwn,
            "<https://t.test/?u=a.test|one> &amp; <https://t.test/?u=b.test?x=1&y|https://b.test?x=1&amp;y>.",
        ),
        (
            to_card_text,
            "[one](https://t.test/?u=a.test) & [https://b.test?x=1&y](https://t.test/?u=b.test?x=1&y).",
        ),
        (
            to_telegram_html,
            '<a href="https://t.test/?u=a.test">one</a> &amp; '
            '<a href="https://t.test/?u=b.test?x=1&amp;y">https://b.test?x=1&amp;y</a>.',
        ),
        (to_whatsapp_text, "one (https://t.test/?u=a.test) & https://t.test/?u=b.test?x=1&y."),
    ],
)
def test_a_chat_has_links_in_its_own_markup(written: object, expected: str) -> None:
    assert callable(written)
    assert written("[one](https://a.test) & https://b.test?x=1&y.", wrap) == expected


def test_code_and_pictures_of_a_chat_are_no_links() -> None:
    assert (
        to_mrkdwn("`https://a.test` ![x](https://a.test/x.png)", wrap)
        == "`https://a.test` <https://a.test/x.png|x>"
    )


def test_json_of_a_chat_has_its_buttons_and_links_replaced_and_its_pictures_left() -> None:
    value = {
        "blocks": [
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": "<https://a.test|a> <https://b.test?x=1&amp;y>"},
            },
            {
                "type": "button",
                "url": "https://a.test",
                "text": {"type": "plain_text", "text": "https://a.test"},
            },
            {"type": "Image", "url": "https://a.test/x.png"},
            {"type": "image", "image_url": "https://a.test/x.png"},
        ],
        "embeds": [{"url": "https://a.test", "thumbnail": {"url": "https://a.test/x.png"}, "color": 5}],
    }
    assert in_json(value, wrap) == {
        "blocks": [
            {
                "type": "section",
                "text": {
                    "type": "mrkdwn",
                    "text": "<https://t.test/?u=a.test|a> <https://t.test/?u=b.test?x=1&y>",
                },
            },
            {
                "type": "button",
                "url": "https://t.test/?u=a.test",
                "text": {"type": "plain_text", "text": "https://a.test"},
            },
            {"type": "Image", "url": "https://a.test/x.png"},
            {"type": "image", "image_url": "https://a.test/x.png"},
        ],
        "embeds": [
            {"url": "https://t.test/?u=a.test", "thumbnail": {"url": "https://a.test/x.png"}, "color": 5}
        ],
    }


@pytest.mark.parametrize(
    ("document", "before", "after"),
    [
        ("<html><body><p>Hi</p></BODY ></html>", "<html><body><p>Hi</p>", "</BODY ></html>"),
        ("<p>Hi</p>", "<p>Hi</p>", ""),
    ],
)
def test_the_pixel_stands_at_the_end_of_the_body(document: str, before: str, after: str) -> None:
    found = with_pixel(document, "https://t.test/o/x.y")

    assert found.startswith(f'{before}<img src="https://t.test/o/x.y" width="1" height="1" alt=""')
    assert found.endswith(f">{after}")


@pytest.mark.parametrize("end", [")" * 400_000, ".)" * 200_000, "](" * 200_000])
def test_a_text_as_long_as_somebody_makes_it_is_read_once(end: str) -> None:
    assert in_text(f"https://app.test/{end}", str.upper).startswith("HTTPS://APP.TEST/")


def test_tags_without_an_end_are_read_once() -> None:
    document = "<a href=" * 100_000

    assert in_html(document, str.upper) == document
