"""Style sheets of an email: what is inlined, what stays, and where the styles of partials go."""

import pytest

from tests.unit.rendering.samples import NOW, SCOPE
from tocsin.domain.sources import Nothing, Partial
from tocsin.rendering.css import hoist, inline
from tocsin.rendering.email import Layout, render_email

STYLED = "<style>.badge { color: red; }</style><b class='badge'>{{ text }}</b>"


class Partials(Nothing):
    def partial(self, key: str) -> Partial | None:
        return Partial("badge", "html", STYLED, [])


def body(html_body: str, html_layout: str, *, is_mjml: bool = False) -> str:
    frame = Layout(html_layout, "{{ content }}", is_mjml=is_mjml)
    return render_email({"html_body": html_body}, frame, SCOPE, NOW, Partials()).html_body


def test_rules_move_into_the_elements_that_they_are_for() -> None:
    html = "<html><head><style>p { color: red; }</style></head><body><p>Hi</p></body></html>"
    assert inline(html) == '<html><head></head><body><p style="color: red;">Hi</p></body></html>'


def test_what_an_attribute_cannot_say_stays_in_a_style_sheet() -> None:
    rules = "a:hover { color: red; } @media (max-width: 9px) { a { color: blue; } } .none { color: green; }"
    html = inline(f"<html><head><style>{rules}</style></head><body><a>Hi</a></body></html>")
    assert all(kept in html for kept in ("a:hover", "@media (max-width: 9px)", ".none"))
    assert "<a>Hi</a>" in html


def test_an_elements_own_style_is_stronger_than_a_rule_unless_that_is_important() -> None:
    html = inline(
        '<style>p { color: red; margin: 0 !important; }</style><p style="color: blue; margin: 9px">'
    )
    assert "color: blue" in html
    assert "color: red" not in html
    assert "margin: 0 !important" in html


def test_without_a_style_sheet_not_a_letter_changes() -> None:
    html = "<P CLASS=x>Hi<br/>&nbsp;there"
    assert inline(html) == html


@pytest.mark.parametrize(
    "rules", ["p { color: </ }", "@media {{", "}}}", "@mediax", "@media", "p::before[=", "<!--"]
)
def test_broken_rules_do_not_stop_an_email(rules: str) -> None:
    assert ">Hi" in inline(f"<style>{rules}</style><p>Hi")


def test_style_sheets_elsewhere_are_not_fetched() -> None:
    html = '<style>b{}</style><link rel="stylesheet" href="file:///etc/passwd"><b>Hi</b>'
    assert '<link rel="stylesheet" href="file:///etc/passwd">' in inline(html)


def test_styles_of_partials_come_once_and_before_the_layouts_which_win() -> None:
    twice = "{% render 'badge', text: 'A' %}{% render 'badge', text: 'B' %}"
    frame = "<html><head><style>.badge:hover { color: blue; }</style></head><body>{{ content }}</body></html>"
    html = body(twice, frame)
    assert html.count('<b class="badge" style="color: red;">') == 2
    assert "data-hoisted" not in html

    kept = hoist(frame.replace("{{ content }}", "<style data-hoisted>.a{}</style>x" * 2), is_mjml=False)
    assert kept.startswith("<html><head><style>.a{}</style><style>.badge:hover")
    assert kept.count(".a{}") == 1


def test_styles_of_partials_reach_the_head_of_mjml() -> None:
    frame = "<mjml><mj-body><mj-section><mj-column>{{ content }}</mj-column></mj-section></mj-body></mjml>"
    html = body("{% render 'badge', text: 'A' %}", frame, is_mjml=True)
    assert '<b class="badge" style="color: red;">A</b>' in html


def test_an_emails_own_styles_stay_where_they_are() -> None:
    assert hoist("<head></head><style>.a{}</style>", is_mjml=False) == "<head></head><style>.a{}</style>"
