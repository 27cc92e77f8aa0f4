"""Visual blocks: what each becomes, whose colours it has, and where a mistake is."""

from typing import Any

import pytest

from tests.unit.rendering.samples import NOW, SCOPE
from tocsin.domain.sources import Nothing, Partial
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.html_text import html_to_text
from tocsin.rendering.liquid import Rendering
from tocsin.rendering.markdown_template import markdown_template
from tocsin.rendering.visual_blocks import render_blocks

BUTTON = {"label": "Pay", "action": "https://x.test/?a=1&b={{ data.no }}", "variant": "solid"}


class Partials(Nothing):
    def partial(self, key: str) -> Partial | None:
        return Partial(key, "html", "<i>{{ title }}</i>", []) if key == "card" else None


def rendered(*blocks: dict[str, Any]) -> str:
    return render_blocks(blocks, Rendering(SCOPE, NOW, Partials()))


def button(**changes: Any) -> str:
    return rendered({"type": "button_set", "buttons": [{**BUTTON, **changes}]})


def failure(*blocks: dict[str, Any]) -> str:
    with pytest.raises(TemplateError) as caught:
        rendered(*blocks)
    return str(caught.value)


def test_a_block_is_a_row_with_its_padding() -> None:
    layout = {"padding_top": 1, "padding_right": 2, "padding_bottom": 3, "padding_left": 4}
    assert rendered({"type": "html", "content": "<p>{{ data.no }}</p>", "layout_attrs": layout}) == (
        '<table class="block-row block-row--html-v1" width="100%" role="presentation" cellpadding="0" '
        'cellspacing="0" border="0"><tr><td align="left" style="padding:1px 2px 3px 4px;"><p>A-17</p></td></tr>'
        "</table>"
    )


def test_blocks_share_what_they_assign() -> None:
    assign = {"type": "html", "content": "{% assign total = 5 %}"}
    assert "Total: 5" in rendered(assign, {"type": "markdown", "content": "Total: {{ total }}"})


def test_a_solid_button_has_the_brands_colours_and_an_outline_only_its_edge() -> None:
    solid, outline = button(), button(variant="outline")
    assert "background:#4F46E5;color:#FFFFFF;border:0;" in solid
    assert "background:transparent;color:#4F46E5;border:1px solid #4F46E5;" in outline
    assert "block-button--solid block-button--md" in solid


def test_a_buttons_own_looks_win() -> None:
    style = {"background_color": "{{ '#fff' }}", "text_color": "red", "border_color": "rgb(1, 2, 3)"}
    html = button(style_attrs={**style, "border_width": 2, "border_radius": 0}, size_attrs={"size": "sm"})
    assert "background:#fff;color:red;border:2px solid rgb(1, 2, 3);border-radius:0px;" in html
    assert "font-size:14px;line-height:20px;" in html


def test_a_buttons_texts_are_escaped_after_liquid() -> None:
    html = button(label="{{ recipient.name }} & co")
    assert ">Ada &lt;b&gt; &amp; co</a>" in html
    assert 'href="https://x.test/?a=1&amp;b=A-17"' in html


def test_buttons_stand_side_by_side_until_one_is_as_wide_as_the_row() -> None:
    beside = rendered({"type": "button_set", "buttons": [BUTTON, BUTTON], "layout_attrs": {"column_gap": 20}})
    below = rendered(
        {"type": "button_set", "buttons": [BUTTON, {**BUTTON, "size_attrs": {"is_fullwidth": True}}]}
    )
    assert '<td width="20"' in beside
    assert "</tr><tr>" not in beside
    assert "</tr><tr>" in below
    assert "display:block;" in below


def test_an_image_may_be_narrow_aligned_and_a_link() -> None:
    html = rendered(
        {
            "type": "image",
            "url": "https://x.test/{{ data.no }}.png",
            "alt": 'A "cat"',
            "action": "https://x.test",
            "style_attrs": {"width": "200px"},
            "layout_attrs": {"horizontal_align": "center"},
        }
    )
    assert '<td align="center"' in html
    assert (
        '<a href="https://x.test"><img class="block-image" src="https://x.test/A-17.png" '
        'alt="A &quot;cat&quot;" width="200" ' in html
    )


def test_a_partial_gets_its_attributes_rendered() -> None:
    assert "<i>Nr. A-17</i>" in rendered(
        {"type": "partial", "key": "card", "name": "Card", "attrs": {"title": "Nr. {{ data.no }}"}}
    )


def test_the_text_of_blocks_reads_from_top_to_bottom() -> None:
    blocks = (
        {"type": "markdown", "content": "# Hello\n\nThere is [more]({{ data.no }})"},
        {"type": "divider"},
        {"type": "button_set", "buttons": [BUTTON, {**BUTTON, "label": "Later"}]},
    )
    assert html_to_text(rendered(*blocks)) == (
        "Hello\n\nThere is more (A-17)\n\n---\n\nPay (https://x.test/?a=1&b=A-17)\n\n"
        "Later (https://x.test/?a=1&b=A-17)"
    )


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"type": "html", "content": "a\n{{"}, "visual_blocks.1.content: "),
        ({"type": "button_set", "buttons": [{**BUTTON, "label": "{{"}]}, "visual_blocks.1.buttons.0.label: "),
        (
            {"type": "button_set", "buttons": [{**BUTTON, "style_attrs": {"text_color": "red;x:y"}}]},
            "visual_blocks.1.buttons.0.style_attrs.text_color: 'red;x:y' is no colour such as #4F46E5",
        ),
        (
            {"type": "image", "url": "a", "style_attrs": {"width": "{{ data.page }}"}},
            "visual_blocks.1.style_attrs.width: 'Home' is no width such as 25% or 200px",
        ),
        (
            {"type": "partial", "key": "gone", "attrs": {}},
            "visual_blocks.1.attrs: the partial 'gone' has no commit",
        ),
        ({"type": "video"}, "visual_blocks.1.type: there is no block type 'video'"),
    ],
)
def test_a_mistake_names_the_block_and_its_field(block: dict[str, Any], message: str) -> None:
    assert failure({"type": "divider"}, block).startswith(message)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ('**{{ a | default: "b" }}**', '<p><strong>{{ a | default: "b" }}</strong></p>'),
        ('[go]({{ a b }} "t")', '<p><a href="{{ a b }}" title="t">go</a></p>'),
        ("{% if a > b %}\nyes\n{% endif %}", "{% if a > b %}\n<p>yes</p>\n{% endif %}"),
        ("Hi {% if a %}*you*{% endif %}", "<p>Hi {% if a %}<em>you</em>{% endif %}</p>"),
        ("```\n{% if a %}\n```", "<pre><code>{% if a %}\n</code></pre>"),
        ("<b>raw</b>", "<p><b>raw</b></p>"),
        ("liquid0z {{ a }}", "<p>liquid0z {{ a }}</p>"),
        ("open {{ a", "<p>open {{ a</p>"),
    ],
)
def test_markdown_leaves_liquid_alone(source: str, html: str) -> None:
    assert markdown_template(source) == html


def test_what_data_says_is_never_taken_for_markdown() -> None:
    scope = {**SCOPE, "name": "[click](https://evil.test) **now**"}
    block = {"type": "markdown", "content": "Hi {{ name }}"}
    assert "<p>Hi [click](https://evil.test) **now**</p>" in render_blocks([block], Rendering(scope, NOW))
