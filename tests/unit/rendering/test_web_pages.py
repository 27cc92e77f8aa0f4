"""Pages behind links: readable without a script, and safe whatever keys are called."""

from html.parser import HTMLParser

from tocsin.domain.preference_center import Toggle
from tocsin.rendering.web_pages import preferences_page, unsubscribe_page


class Reader(HTMLParser):
    """Inputs by name and value, and everything that is to be read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.inputs: list[dict[str, str | None]] = []
        self.tags: list[str] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "input":
            self.inputs.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text.append(data.strip())


def test_each_switch_has_a_label_and_each_group_a_name() -> None:
    page = Reader(
        preferences_page(
            [
                Toggle(("categories", "new-comments"), is_on=True),
                Toggle(("workflows", "digest", "channel_types", "email"), is_on=False),
                Toggle(("workflows", "digest", "channel_types", "push"), is_on=True, is_fixed=True),
                Toggle(("commercial_subscribed",), is_on=True),
            ],
            is_saved=True,
        )
    )
    boxes = [one for one in page.inputs if one["type"] == "checkbox"]

    assert [("checked" in one, "disabled" in one) for one in boxes] == [
        (True, False),
        (False, False),
        (True, True),
        (True, False),
    ]
    assert [one["value"] for one in page.inputs if one["type"] == "hidden"] == [
        '["categories","new-comments"]',
        '["workflows","digest","channel_types","email"]',
        '["commercial_subscribed"]',
    ]
    read = [text for text in page.text if text]
    assert {"Topics", "New comments", "Digest", "Email", "(set for you)", "Your preferences are saved."} <= {
        *read
    }
    assert page.tags.count("label") == len(boxes)
    assert "script" not in page.tags


def test_a_key_cannot_write_html() -> None:
    page = preferences_page([Toggle(("categories", '"><script>x</script>'), is_on=True)], is_saved=False)

    assert "<script>" not in page
    [box] = [one for one in Reader(page).inputs if one["type"] == "checkbox"]
    assert box["value"] == '["categories","\\"><script>x</script>"]'


def test_unsubscribing_asks_first() -> None:
    page = Reader(unsubscribe_page())

    assert "form" in page.tags
    assert "button" in page.tags
