"""Liquid: what templates print, what is refused, and how an error reads."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.rendering.samples import NOW
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.liquid import Rendering, check, render

VALUES: Mapping[str, object] = {
    "name": "Ada <b>",
    "price": Decimal("1.10"),
    "thousand": Decimal("1E+3"),
    "tiny": Decimal("1E-7"),
    "big": 12345678901234567890,
    "yes": True,
    "nothing": None,
    "items": [1, Decimal("2.50"), "x"],
    "object": {"a": Decimal("1.10"), "b": [None, True]},
    "float": 1e22,
}


def show(source: str) -> str:
    return render(source, VALUES, NOW)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ price }}", "1.10"),
        ("{{ thousand }}", "1000"),
        ("{{ tiny }}", "0.0000001"),
        ("{{ big }}", "12345678901234567890"),
        ("{{ float }}", "10000000000000000000000"),
        ("{{ yes }}", "true"),
        ("{{ nothing }}", ""),
        ("{{ items }}", "12.50x"),
        ("{{ object }}", '{"a": 1.10, "b": [null, true]}'),
        ("{{ (1..3) }}", "1..3"),
        ("{% echo price %}", "1.10"),
        ("{% for item in items %}{{ item }},{% endfor %}", "1,2.50,x,"),
        ("{{ price | append: '!' }}{{ yes | upcase }}", "1.10!TRUE"),
    ],
)
def test_a_value_prints_as_it_was_written(source: str, text: str) -> None:
    assert show(source) == text


@pytest.mark.parametrize(
    "source", ["{{ x }}", "{{ x.y.z }}", "{{ x[0] }}", "{{ name.first }}", "{{ x | upcase }}"]
)
def test_an_undefined_variable_prints_nothing(source: str) -> None:
    assert show(f"[{source}]") == "[]"


def test_nothing_is_escaped_unless_the_author_says_so() -> None:
    assert show("{{ name }}|{{ name | escape }}") == "Ada <b>|Ada &lt;b&gt;"


@pytest.mark.parametrize(
    "test", ["price == 1.1", "1.10 == price", "price > 1.09", "price <= 1.1", "price != 1.2"]
)
def test_exact_numbers_compare_with_literals(test: str) -> None:
    assert show(f"{{% if {test} %}}yes{{% endif %}}") == "yes"


def test_now_is_the_time_given_and_not_the_clock() -> None:
    assert render("{{ 'now' | date: '%Y' }}", {}, datetime(1999, 1, 1, tzinfo=UTC)) == "1999"


def test_there_is_no_variable_that_reads_the_clock() -> None:
    assert show("[{{ now }}{{ today }}]") == "[]"


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("\n\n{{ a | nope }}", "unknown filter 'nope'", 3),
        ("{% if a %}\n", "expected tag endif, found end of template", 2),
        ("a\n{{ b", "expected '}}'", 2),
        ("a\n{% nope %}", "unexpected tag 'nope'", 2),
        ("{{ 1 | divided_by: 0 }}", "divided_by: can't divide by zero", 1),
        ("{{ 1 | plus }}", "plus: wrong arguments", 1),
        ("{% break %}", "unexpected 'break'", 1),
    ],
)
def test_an_error_says_what_and_on_which_line(source: str, message: str, line: int) -> None:
    with pytest.raises(TemplateError) as caught:
        show(source)
    assert message in caught.value.message
    assert caught.value.line == line
    assert f"(line {line})" in str(caught.value)


def test_an_error_quotes_the_place() -> None:
    with pytest.raises(TemplateError, match=re.escape("near '<p>{{ a | nope }}</p>'")):
        show("x\n<p>{{ a | nope }}</p>\n")


def test_an_error_is_no_value_error_and_can_be_told_its_field() -> None:
    error = TemplateError("bad", 1, "x").within("subject")
    assert not isinstance(error, ValueError)
    assert str(error.within("html_body")) == "subject: bad (line 1), near 'x'"


def test_a_check_finds_syntax_errors_and_every_unknown_filter() -> None:
    assert check("{{ a | upcase }}{% if a %}b{% endif %}") == []
    assert len(check("{% if a %}")) == 1
    assert [problem.split(" (")[0] for problem in check("{{ a | x }}{{ b | y }}")] == [
        "unknown filter 'x'",
        "unknown filter 'y'",
    ]


def test_a_rendering_carries_variables_from_template_to_template() -> None:
    rendering = Rendering(VALUES, NOW)
    rendering.render("{% assign tone = 'calm' %}")
    assert rendering.render("{{ tone }}") == "calm"


def test_a_fork_keeps_its_own_variables_to_itself() -> None:
    rendering = Rendering(VALUES, NOW)
    rendering.render("{% assign a = 1 %}")
    fork = rendering.fork()
    fork.render("{% assign a = 2 %}{% assign b = 3 %}")
    assert rendering.render("{{ a }}{{ b }}") == "1"
    assert fork.render("{{ a }}{{ b }}") == "23"


def test_rendering_twice_gives_the_same() -> None:
    source = "{% increment n %}{% cycle 'a', 'b' %}{% assign x = 1 %}"
    assert show(source) == show(source) == "0a"


def test_the_scope_is_not_changed_by_a_template() -> None:
    scope = {"items": [3, 1, 2]}
    render("{% assign items = items | sort %}{{ items }}", scope, NOW)
    assert scope == {"items": [3, 1, 2]}


FRAGMENTS = st.sampled_from(
    [
        "{{",
        "}}",
        "{%",
        "%}",
        "if",
        "for",
        "x",
        "in",
        "endif",
        "endfor",
        "a",
        "name",
        "items",
        "|",
        "upcase",
        "sort",
        "date:",
        "json",
        "plus:",
        "'x'",
        "1.5",
        "..",
        "(1..3)",
        "[0]",
        ".",
        ",",
        "assign",
        "y",
        "=",
        "capture",
        "z",
        "endcapture",
        "object",
        "price",
        "split:''",
        "join:",
        "map:'a'",
        "where:'a',",
        "-",
        "contains",
    ]
)


@settings(max_examples=400)
@given(st.lists(FRAGMENTS, max_size=14).map(" ".join) | st.text(max_size=60))
def test_no_text_makes_a_rendering_raise_anything_but_a_template_error(source: str) -> None:
    try:
        assert isinstance(show(source), str)
    except TemplateError:
        return
    assert check(source) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | st.text(max_size=6),
    lambda child: st.lists(child, max_size=3) | st.dictionaries(st.sampled_from("ab"), child, max_size=2),
    max_leaves=5,
)


@settings(max_examples=200)
@given(JSON, JSON, st.data())
def test_no_data_makes_a_filter_raise_anything_but_a_template_error(
    a: object, b: object, data: st.DataObject
) -> None:
    from tocsin.rendering.liquid import _ENVIRONMENT

    name = data.draw(st.sampled_from(sorted(_ENVIRONMENT.filters)))
    arguments = data.draw(st.sampled_from(["", ": b", ": b, b"]))
    try:
        assert isinstance(render(f"{{{{ a | {name}{arguments} }}}}", {"a": a, "b": b}, NOW), str)
    except TemplateError:
        return


def test_the_library_of_locales_is_not_imported_before_it_is_needed() -> None:
    """The package itself imports babel's core; ours must not add to it, or load any locale's data."""
    program = (
        "import sys, tocsin.rendering.email; from babel import localedata; sys.exit(len(localedata._cache))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", program], check=False, env=environment).returncode == 0


def test_lines_end_alike_wherever_a_template_or_its_data_was_written() -> None:
    source = "a\r\n{% capture rest %}{{ text }}\r{% endcapture %}{{ rest | size }}{{ rest }}"

    assert render(source, {"text": "b\r\nc"}, NOW) == "a\n4b\nc\n"
