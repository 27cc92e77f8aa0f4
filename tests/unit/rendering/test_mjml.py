"""MJML: compiled after Liquid, with any HTML in it, and mistakes told by line."""

import pytest

from tests.unit.rendering.samples import NOW, SCOPE
from tocsin.rendering.email import Layout, RenderedEmail, render_email
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.mjml import compile_mjml

FRAME = "<mjml><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"
LAYOUT = Layout(FRAME.format("{{ content }}"), "{{ content }}", is_mjml=True)


def email(html_body: str, layout: Layout | None = LAYOUT, *, is_mjml: bool = True) -> RenderedEmail:
    return render_email({"html_body": html_body, "is_mjml": is_mjml}, layout, SCOPE, NOW)


def test_a_template_alone_is_a_whole_document() -> None:
    sent = email(FRAME.format("<mj-text>Nr. {{ data.no }}</mj-text>"), None)
    assert sent.html_body.startswith("<!DOCTYPE html>")
    assert ">Nr. A-17</div>" in sent.html_body
    assert "mj-text" not in sent.html_body


def test_a_template_is_compiled_within_its_layout() -> None:
    sent = email('<mj-button href="https://x.test/{{ data.no }}">Pay</mj-button>')
    assert 'href="https://x.test/A-17"' in sent.html_body
    assert sent.text_body == "Pay (https://x.test/A-17)"


def test_the_text_of_mjml_is_read_as_that_of_html() -> None:
    body = "<mj-text>One</mj-text><mj-divider></mj-divider><mj-image alt='A cat' src='c.png'></mj-image>"
    assert email(body).text_body == "One\n\n---\n\nA cat"


def test_an_html_template_fits_into_an_mjml_layout() -> None:
    html = email("<p>Hi<br>&nbsp;<img src=a.png> R&D", is_mjml=False).html_body
    assert '<div style="font-family:Ubuntu' in html
    assert '<p>Hi<br>&nbsp;<img src="a.png"> R&amp;D' in html


def test_visual_blocks_fit_into_mjml() -> None:
    blocks = {"visual_blocks": [{"type": "markdown", "content": "**Hi** {{ data.no }}"}], "is_mjml": True}
    for layout in (LAYOUT, None):
        sent = render_email(blocks, layout, SCOPE, NOW)
        assert '<p style="margin-top: 0;margin-bottom: 0;"><strong>Hi</strong> A-17</p>' in sent.html_body
        assert sent.text_body == "Hi A-17"


@pytest.mark.parametrize("tag", ["mj-raw", "mjml-raw"])
def test_raw_text_in_a_column_is_put_into_a_cell(tag: str) -> None:
    html = compile_mjml(FRAME.format(f"<{tag}><a href=b>Help</a></{tag}>"))
    assert "<tbody><a" not in html
    assert "<a href=b>Help</a></div></td></tr>" in html


def test_raw_rows_and_comments_are_left_as_they_are() -> None:
    html = compile_mjml(FRAME.format("<mj-raw><tr><td>1</td></tr></mj-raw><!--[if mso]>x<![endif]-->"))
    assert "<tbody><tr><td>1</td></tr><!--[if mso]>x<![endif]--></tbody>" in html


def test_html_around_sections_stays_around_them() -> None:
    inside = "<mj-section><mj-column><mj-text>Hi</mj-text></mj-column></mj-section>"
    html = compile_mjml(f"<mjml><mj-body><main>{inside}</main></mj-body></mjml>")
    assert html.index("<main>") < html.index(">Hi<") < html.index("</main>")


def test_the_layouts_own_styles_are_inlined_and_mjmls_are_not() -> None:
    styles = "<mj-head><mj-style>.big { font-size: 40px; }</mj-style></mj-head><mj-body>"
    document = FRAME.format("<mj-text><p class='big'>Hi</p></mj-text>").replace("<mj-body>", styles)
    assert '<p class="big" style="font-size: 40px;">Hi</p>' in email(document, None).html_body


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<mj-text>a</mj-text>\n<mj-button>", "html_body: <mj-button> is not closed (line 2)"),
        ("</mj-column>", "html_body: </mj-column> closes nothing (line 1)"),
        (
            "<mj-text>\n<mj-button>x</mj-button></mj-text>",
            "<mj-button> cannot stand inside <mj-text> (line 2)",
        ),
        ("<mj-text color=red>x</mj-text>", "an attribute of <mj-text> has a value without quotes (line 1)"),
        ("<mj-include path='/etc/passwd' />", "there is nothing to include; use a partial"),
    ],
)
def test_a_mistake_in_the_template_is_told_as_the_templates(body: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        email(body)
    assert message in str(caught.value)
    assert caught.value.part == "html_body"


def test_a_mistake_in_the_layout_is_told_as_the_layouts() -> None:
    layout = Layout(
        "<mjml><mj-body><mj-section>{{ content }}</mj-body></mjml>", "{{ content }}", is_mjml=True
    )
    with pytest.raises(
        TemplateError, match="html_layout: </mj-body> closes nothing; <mj-section> is still open"
    ):
        email("<mj-column></mj-column>", layout)


def test_mjml_does_not_fit_into_html() -> None:
    with pytest.raises(TemplateError, match="is_mjml: is MJML, but its layout is HTML"):
        email("<mj-text>Hi</mj-text>", Layout("{{ content }}", "{{ content }}"))


def test_what_is_no_document_is_refused() -> None:
    with pytest.raises(TemplateError, match="html_body: MJML must begin with <mjml>"):
        email("<p>Hi</p>", None)


def test_a_long_document_of_unfinished_tags_takes_no_time() -> None:
    with pytest.raises(TemplateError):
        compile_mjml("<mjml>" + "<mj-text a='" * 20_000)
