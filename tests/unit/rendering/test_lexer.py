"""The lexer: python-liquid's tokens, in linear time."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from liquid.exceptions import LiquidError
from liquid.lex import get_lexer
from liquid.token import TOKEN_EOF, Token

from tests.unit.rendering.samples import NOW
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.lexer import MAX_EXPRESSION, tokenize
from tocsin.rendering.limits import MAX_SOURCE
from tocsin.rendering.liquid import check, render

DEEP = "{{ " + "(" * 3990 + "}}"
MARKUP = [
    *(
        "a",
        " ",
        "\n",
        "{{ a }}",
        "{{- a -}}",
        "{{a|b: '-'}}",
        "{{}}",
        "{{-}}",
        "{% if a %}",
        "{%- if a -%}",
        "{%if a%}",
    ),
    *(
        "{% endif %}",
        "{% # note %}",
        "{% raw %}",
        "{% endraw %}",
        "{% doc %}",
        "{% enddoc %}",
        "{% assign x = 1 -%}",
    ),
]
BROKEN = ["{%  %}", "{{ a", "{% a", "}}", "%}", "{", "-", "{{% if a %}"]
COMMENTS = ["{% comment %}", "{% endcomment %}", "{%- endcomment -%}"]


def sources(pieces: list[str]) -> st.SearchStrategy[str]:
    """Without a final newline, which python-liquid can lose."""
    return st.lists(st.sampled_from(pieces), max_size=12).map("".join).map(str.rstrip)


def outcome(tokens: object) -> object:
    """Kinds, values and positions, or that the source was refused."""
    try:
        return [(token.kind, token.value, token.start_index) for token in tokens]  # type: ignore[attr-defined]
    except LiquidError:
        return "refused"


@settings(max_examples=500)
@given(sources(MARKUP + BROKEN) | sources(MARKUP + COMMENTS))
def test_the_tokens_are_those_of_python_liquid(source: str) -> None:
    assert outcome(tokenize(source)) == outcome(get_lexer()(source))


@given(st.text(alphabet="{}%-# ar\n", max_size=40))
def test_any_text_gives_tokens_in_order_or_an_error(source: str) -> None:
    try:
        tokens: list[Token] = list(tokenize(source))
    except LiquidError:
        return
    assert all(first.start_index <= second.start_index for first, second in pairwise(tokens))
    assert all(token.kind != TOKEN_EOF for token in tokens)


def test_the_dash_of_endraw_strips_what_follows() -> None:
    assert render("{% raw %} {{ {% endraw -%}  b", {}, NOW) == " {{ b"


def test_a_raw_block_inside_a_comment_hides_its_endcomment() -> None:
    source = "{% comment %}{% raw %}{% endcomment %}{% endraw %}x{% endcomment %}y"
    assert render(source, {}, NOW) == "y"


@pytest.mark.parametrize(
    "piece",
    [
        "{{",
        "{%",
        "{% raw %}",
        "{% doc %}",
        "{% comment %}",
        "{% comment %}{% raw %}",
        "{{ '",
        "{{ " + "(" * 3990 + "}}",
    ],
)
def test_the_longest_hostile_source_is_refused_at_once(piece: str) -> None:
    started = time.process_time()
    assert check(piece * (MAX_SOURCE // len(piece)))
    assert time.process_time() - started < 3


@pytest.mark.parametrize("source", ["{{%s}}", "{%% if a%s%%}{%% endif %%}", "{%%-%s"])
def test_long_whitespace_in_markup_takes_no_time(source: str) -> None:
    started = time.process_time()
    check(source % (" " * (MAX_SOURCE - 100)))
    assert time.process_time() - started < 1


def test_an_expression_has_a_longest_length() -> None:
    with pytest.raises(TemplateError, match=f"at most {MAX_EXPRESSION} characters"):
        render("{{ a" + "a" * MAX_EXPRESSION + " }}", {}, NOW)


def test_a_source_has_a_longest_length() -> None:
    with pytest.raises(TemplateError, match="at most 262144 characters"):
        render("a" * (MAX_SOURCE + 1), {}, NOW)


def test_a_brace_before_a_tag_is_text() -> None:
    assert render("p {{% if x %}{% else %}color: red{% endif %} }", {}, NOW) == "p {color: red }"
