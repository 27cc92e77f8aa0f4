"""Email: subject, both bodies, layouts, and in which order variables become visible."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.unit.rendering.samples import NOW, SCOPE
from tocsin.rendering.default_layout import DEFAULT_LAYOUT
from tocsin.rendering.email import Layout, RenderedEmail, layout_problems, render_email
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.scope import build_scope, shown_variables

FRAME = Layout("<html>{{ content }}</html>", "[{{ content }}]")


def email(layout: Layout | None = None, pre_content: str | None = None, **template: Any) -> RenderedEmail:
    full: Mapping[str, object] = {
        "subject": "Invoice {{ data.no }}",
        "html_body": "<p>Hi</p>",
        "text_body": None,
        "settings": {"layout_key": "default", "pre_content": pre_content},
        **template,
    }
    return render_email(full, layout, SCOPE, NOW)


def test_without_a_layout_the_template_is_the_whole_message() -> None:
    assert email() == RenderedEmail("Invoice A-17", "<p>Hi</p>", "Hi")


def test_a_layout_frames_both_bodies() -> None:
    assert email(FRAME) == RenderedEmail("Invoice A-17", "<html><p>Hi</p></html>", "[Hi]")


def test_a_text_body_wins_over_one_made_from_the_html() -> None:
    assert email(FRAME, text_body="Hi {{ data.no }}").text_body == "[Hi A-17]"


def test_an_empty_text_body_is_a_text_body() -> None:
    assert email(FRAME, text_body="").text_body == "[]"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x00", "\x0b"])
def test_a_subject_cannot_start_another_header(end: str) -> None:
    subject = email(subject=f"a{{{{ x }}}}{end}Bcc: b@x.test").subject
    assert subject == "a Bcc: b@x.test"


def test_trigger_data_cannot_start_another_header() -> None:
    scope = {**SCOPE, "data": {"no": "1\r\nBcc: b@x.test"}}
    assert (
        render_email({"subject": "{{ data.no }}", "html_body": ""}, None, scope, NOW).subject
        == "1 Bcc: b@x.test"
    )


def test_html_is_not_escaped_automatically() -> None:
    body = email(html_body="{{ recipient.name }} {{ recipient.name | escape }}").html_body
    assert body == "Ada <b> Ada &lt;b&gt;"


def test_pre_content_is_seen_by_subject_bodies_and_layout() -> None:
    layout = Layout("{{ tone }}{{ content }}", "{{ tone }}{{ content }}")
    template = {"subject": "{{ tone }}", "html_body": "-{{ tone }}", "text_body": "+{{ tone }}"}
    sent = email(layout, "{% assign tone = 'calm' %}", **template)
    assert sent == RenderedEmail("calm", "calm-calm", "calm+calm")


def test_what_the_body_assigns_is_seen_by_the_layout_only_after_the_content() -> None:
    layout = Layout("[{{ total }}]{{ content }}[{{ total }}]", "[{{ total }}]{{ content }}[{{ total }}]")
    sent = email(layout, html_body="{% assign total = 5 %}x")
    assert (sent.html_body, sent.text_body) == ("[]x[5]", "[]x[5]")


def test_the_text_part_does_not_see_what_the_html_part_assigned() -> None:
    assert email(html_body="{% assign a = 1 %}x", text_body="[{{ a }}]").text_body == "[]"


def test_content_is_rendered_once_however_often_it_is_output() -> None:
    layout = Layout("{{ content }}{{ content }}", "{{ content }}")
    assert email(layout, html_body="{% increment n %}").html_body == "00"


def test_content_inside_the_body_is_nothing() -> None:
    assert email(FRAME, html_body="a{{ content }}b").html_body == "<html>ab</html>"


def test_trigger_data_called_content_does_not_replace_the_body() -> None:
    scope = {**SCOPE, "content": "mine"}
    assert render_email({"subject": "", "html_body": "x"}, FRAME, scope, NOW).html_body == "<html>x</html>"


@pytest.mark.parametrize("name", ["content", "footer_links", "preview_text"])
def test_names_of_a_layout_are_trigger_datas_everywhere_else(name: str) -> None:
    scope = build_scope(recipient={}, data={name: "mine"}, workflow={}, timestamp="")
    said = f"{{{{ {name} }}}}"
    template = {"subject": said, "html_body": said, "text_body": said}
    framed = render_email(template, Layout(f"{said}|{{{{ content }}}}", "{{ content }}"), scope, NOW)

    assert render_email(template, None, scope, NOW) == RenderedEmail("mine", "mine", "mine")
    assert (framed.subject, framed.text_body) == ("mine", "mine")
    assert framed.html_body == ("mine|mine" if name == "content" else "|mine")


def test_preview_text_is_a_variable_of_the_layout() -> None:
    layout = Layout("{{ preview_text }}|{{ content }}", "{{ content }}")
    assert email(layout, preview_text="Due {{ data.no }}\n").html_body == "Due A-17|<p>Hi</p>"


def test_footer_links_print_whole_or_one_by_one() -> None:
    links = ({"text": "Help & more", "url": "https://x.test/{{ recipient.id }}"}, {"text": "B", "url": "b"})
    looped = "{% for link in footer_links %}{{ link.text }};{% endfor %}"
    layout = Layout("{{ content }}{{ footer_links }}" + looped, "{{ content }}\n{{ footer_links }}", links)
    sent = email(layout, html_body="")
    assert sent.html_body == (
        '<a href="https://x.test/u1">Help &amp; more</a> · <a href="b">B</a>Help & more;B;'
    )
    assert sent.text_body == "\nHelp & more: https://x.test/u1\nB: b"


def test_a_layouts_branding_overrides_the_accounts() -> None:
    layout = Layout(
        "{{ vars.branding.primary_color }}{{ content }}", "{{ content }}", (), {"primary_color": "#123456"}
    )
    assert email(layout).html_body.startswith("#123456")


def test_a_layout_that_loses_the_content_is_an_error() -> None:
    with pytest.raises(TemplateError, match="html_layout: the layout does not output"):
        email(Layout("{% if false %}{{ content }}{% endif %}", "{{ content }}"))


@pytest.mark.parametrize(
    ("template", "part"),
    [
        ({"subject": "{{"}, "subject"),
        ({"html_body": "{{"}, "html_body"),
        ({"text_body": "{{"}, "text_body"),
        ({"preview_text": "{{"}, "preview_text"),
        ({"settings": {"pre_content": "{{"}}, "pre_content"),
    ],
)
def test_an_error_names_the_part_it_is_in(template: dict[str, Any], part: str) -> None:
    for layout in (None, FRAME):
        with pytest.raises(TemplateError) as caught:
            email(layout, **template)
        assert caught.value.part == part


def test_a_part_of_the_layout_is_named_as_well() -> None:
    for broken, part in (
        (Layout("{{", "{{ content }}"), "html_layout"),
        (Layout("{{ content }}", "{{"), "text_layout"),
    ):
        with pytest.raises(TemplateError) as caught:
            email(broken)
        assert caught.value.part == part


def test_visual_blocks_are_a_document_of_their_own_or_the_content_of_a_layout() -> None:
    template: dict[str, Any] = {
        "html_body": None,
        "visual_blocks": [{"type": "html", "content": "<p>{{ data.no }}</p>"}],
    }
    alone, framed = email(**template), email(FRAME, **template)
    assert alone.html_body.startswith("<!doctype html>")
    assert "<p>A-17</p>" in alone.html_body
    assert "<p>A-17</p>" in framed.html_body
    assert "doctype" not in framed.html_body
    assert (alone.text_body, framed.text_body) == ("A-17", "[A-17]")


def test_branding_goes_from_the_account_over_the_layout_to_the_tenant() -> None:
    overrides = {"primary_color": "#111111", "logo_url": "layout.png"}
    layout = Layout("{{ content }}", "{{ content }}", (), overrides)
    tenant = {"id": "acme", "settings": {"branding": {"primary_color": "#222222"}}}
    account = {"primary_color": "#000000", "logo_url": "account.png", "icon_url": "account.ico"}
    scope = build_scope(
        recipient={"id": "u1"},
        data={},
        workflow={"key": "w"},
        timestamp="2026-03-10T11:59:58Z",
        tenant=tenant,
        variables=shown_variables({"branding": account}, tenant),
    )
    body = "{% assign b = vars.branding %}{{ b.primary_color }} {{ b.logo_url }} {{ b.icon_url }}"
    assert render_email({"html_body": body}, layout, scope, NOW).html_body == "#222222 layout.png account.ico"


def test_layout_problems_ask_for_the_content() -> None:
    assert layout_problems({"html_layout": "<html></html>", "text_layout": "{{- content -}}"}) == [
        ("html_layout", "must output {{ content }}")
    ]
    assert (
        layout_problems({"html_layout": "{{ content }}{{", "text_layout": "{{content}}"})[0][0]
        == "html_layout"
    )


def test_an_mjml_layout_is_an_mjml_document() -> None:
    layout = {"is_mjml": True, "html_layout": "<p>{{ content }}</p>", "text_layout": "{{ content }}"}
    assert layout_problems(layout) == [("html_layout", "is MJML, so it must be an <mjml> document")]
    assert layout_problems({**layout, "html_layout": "<mjml>{{ content }}</mjml>"}) == []


def default_email(**changes: object) -> RenderedEmail:
    layout = Layout.from_definition({**DEFAULT_LAYOUT, **changes})
    return email(layout, html_body="<h1>Hello</h1>", preview_text="Peek <")


def test_the_default_layout_is_a_valid_definition() -> None:
    assert layout_problems(DEFAULT_LAYOUT) == []


def test_the_default_layout_shows_content_brand_and_preview() -> None:
    sent = default_email()
    assert ">Hello</h1>" in sent.html_body
    assert "#4F46E5" in sent.html_body
    assert "Peek &lt;" in sent.html_body
    assert sent.text_body.strip() == "Hello"


def test_the_default_layout_shows_footer_links_only_when_there_are_some() -> None:
    links = [{"text": "Help", "url": "https://x.test/help"}]
    assert 'class="footer"' not in default_email().html_body
    assert 'href="https://x.test/help"' in default_email(footer_links=links).html_body
    assert default_email(footer_links=links).text_body.endswith("--\nHelp: https://x.test/help\n")


def test_the_default_layout_carries_its_look_into_clients_that_drop_style_sheets() -> None:
    html = default_email().html_body
    assert '<h1 style="font-size: 24px;' in html
    assert "@media (prefers-color-scheme: dark)" in html
