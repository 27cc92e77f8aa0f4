"""Partials: what they see, what they are given, how deep they go, and how their errors read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.unit.rendering.samples import NOW
from tocsin.domain.sources import Nothing, Partial
from tocsin.rendering import limits
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.liquid import Rendering, check, partials_in

SCOPE: Mapping[str, object] = {
    "recipient": {"name": "Ada"},
    "data": {"items": [{"name": "Tea"}, {"name": "Milk"}], "yes": True, "no": False, "count": 3},
    "vars": {"app": "Acme", "branding": {"primary_color": "#123456"}},
    "name": "outside",
}
PARTS_OF_A_BUTTON = {"text": {"type": "text"}, "action": {"type": "text"}}


@dataclass(frozen=True)
class Shelf(Nothing):
    """Partials that are committed."""

    partials: dict[str, Partial] = field(default_factory=dict)

    def partial(self, key: str) -> Partial | None:
        return self.partials.get(key)


def text(key: str, content: str) -> Partial:
    return Partial(key, "text", content)


def html(key: str, content: str, *inputs: Mapping[str, Any]) -> Partial:
    return Partial(key, "html", content, inputs)


def rendering(*partials: Partial) -> Rendering:
    return Rendering(SCOPE, NOW, Shelf({one.key: one for one in partials}))


def show(source: str, *partials: Partial) -> str:
    return rendering(*partials).render(source)


def failure(source: str, *partials: Partial) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        show(source, *partials)
    return caught.value


def test_a_partial_prints_where_it_is_rendered_with_what_it_is_given() -> None:
    greeting = text("greeting", "Hello {{ name }}{{ mark }}")
    source = "[{% render 'greeting', name: recipient.name, mark: '!' %}]"
    assert show(source, greeting) == "[Hello Ada!]"


def test_a_partial_sees_nothing_of_where_it_is_rendered_but_the_variables_of_the_environment() -> None:
    nosy = text(
        "nosy", "{{ recipient.name }}{{ data.count }}{{ name }}{{ local }}{{ item.name }}|{{ vars.app }}"
    )
    source = "{% assign local = 1 %}{% for item in data.items %}{% render 'nosy' %};{% endfor %}"
    assert show(source, nosy) == "|Acme;|Acme;"


def test_a_partial_within_a_partial_sees_the_environment_too_and_not_the_outer_inputs() -> None:
    outer = text("outer", "{% render 'inner', b: a %}")
    assert show("{% render 'outer', a: 1 %}", outer, text("inner", "{{ a }}{{ b }}{{ vars.app }}")) == "1Acme"


def test_what_a_partial_assigns_stays_inside() -> None:
    source = "{% assign x = 1 %}{% render 'busy' %}{% render 'busy' %}{{ x }}{{ y }}{% increment z %}"
    busy = text("busy", "{% assign x = 2 %}{% assign y = 3 %}{% increment z %}{% cycle 'a', 'b' %}")
    assert show(source, busy) == "0a0a10"


def test_a_partial_can_stand_in_a_loop_a_capture_and_a_liquid_tag() -> None:
    item = text("item", "<{{ name }}>")
    assert (
        show("{% for i in data.items %}{% render 'item', name: i.name %}{% endfor %}", item) == "<Tea><Milk>"
    )
    assert show("{% capture x %}{% render 'item', name: 1 %}{% endcapture %}{{ x | upcase }}", item) == "<1>"
    assert show("{% liquid\n  render 'item', name: 2\n%}", item) == "<2>"


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("data.yes", "true|yes"),
        ("data.no", "false|yes"),
        ("data.count", "3|yes"),
        ("nothing", "|yes"),
        ("data.items", '{"name": "Tea"}{"name": "Milk"}|yes'),
    ],
)
def test_without_a_schema_every_input_is_a_text_and_a_text_is_true(given: str, printed: str) -> None:
    probe = text("probe", "{{ a }}|{% if a %}yes{% endif %}{{ a[0].name }}{{ a.first.name }}")
    assert show(f"{{% render 'probe', a: {given} %}}", probe) == printed


def test_a_text_of_json_becomes_a_value_where_the_partial_reads_it() -> None:
    menu = text("menu", "{% assign all = items | from_json %}{% for one in all %}{{ one.name }};{% endfor %}")
    source = "{% assign items = data.items | json %}{% render 'menu', items: items %}"
    assert show(source, menu) == "Tea;Milk;"


@pytest.mark.parametrize(
    ("kind", "given", "content", "printed"),
    [
        ("list", "data.items", "{% for one in a %}{{ one.name }};{% endfor %}", "Tea;Milk;"),
        ("list", "'[1, 2]'", "{% for one in a %}{{ one }};{% endfor %}", "1;2;"),
        ("json", "recipient", "{{ a.name }}", "Ada"),
        ("json", "data.no", "{% if a %}yes{% else %}no{% endif %}", "no"),
        ("boolean", "'false'", "{% if a %}yes{% else %}no{% endif %}", "no"),
        ("number", "'41'", "{{ a | plus: 1 }}", "42"),
        ("multi_select", "data.items", "{{ a.size }}", "2"),
        ("button", '\'{"text": "Go"}\'', "{{ a.text }}{{ a.action }}", "Go"),
        ("markdown", "'**Hi**'", "{{ a }}", "<p><strong>Hi</strong></p>"),
        ("text", "data.no", "{% if a %}{{ a }}{% endif %}", "false"),
        ("json", "'not json'", "{{ a }}", "not json"),
    ],
)
def test_a_schema_says_what_an_input_becomes(kind: str, given: str, content: str, printed: str) -> None:
    partial = html("typed", content, {"key": "a", "type": kind, **PARTS_OF_A_BUTTON})
    assert show(f"{{% render 'typed', a: {given} %}}", partial) == printed


@pytest.mark.parametrize(
    ("declared", "content", "printed"),
    [
        ({"type": "text", "settings": {"default": "Card"}}, "{{ a }}", "Card"),
        ({"type": "text"}, "{% if a != '' %}{{ a }}{% else %}empty{% endif %}", "empty"),
        ({"type": "boolean"}, "{% if a %}yes{% else %}no{% endif %}", "no"),
        ({"type": "boolean", "settings": {"default": True}}, "{% if a %}yes{% endif %}", "yes"),
        ({"type": "list", "settings": None}, "{{ a.size }}", "0"),
        ({"type": "markdown", "settings": {"default": "*x*"}}, "{{ a }}", "<p><em>x</em></p>"),
        (
            {
                "type": "image",
                "url": {"type": "url", "settings": {"default": "u"}},
                "alt": {"type": "text"},
                "action": {"type": "text"},
            },
            "{{ a.url }}|{{ a.alt }}|",
            "u||",
        ),
    ],
)
@pytest.mark.parametrize("source", ["{% render 'typed' %}", "{% render 'typed', a: nothing %}"])
def test_an_input_that_is_not_given_has_its_default(
    source: str, declared: Mapping[str, Any], content: str, printed: str
) -> None:
    assert show(source, html("typed", content, {"key": "a", **declared})) == printed


def test_inputs_that_the_schema_does_not_name_are_texts() -> None:
    partial = html("typed", "{{ a.size }}{{ b }}", {"key": "a", "type": "list"})
    assert show("{% render 'typed', a: data.items, b: data.items %}", partial).startswith('2{"name"')


def test_five_partials_within_each_other_are_enough() -> None:
    nested = [text(f"level-{depth}", f"{depth}{{% render 'level-{depth + 1}' %}}") for depth in range(1, 5)]
    assert show("{% render 'level-1' %}", *nested, text("level-5", "end")) == "1234end"

    error = failure(
        "{% render 'level-1' %}", *nested, text("level-5", "{% render 'level-6' %}"), text("level-6", "")
    )
    assert error.partial == "level-5"
    assert "nested more than 5 levels deep: level-1 > level-2" in str(error)


def test_a_partial_that_renders_itself_comes_to_an_end() -> None:
    assert "loop > loop" in str(failure("{% render 'loop' %}", text("loop", "{% render 'loop' %}")))


def test_a_partial_without_a_commit_is_named_where_it_is_rendered() -> None:
    error = failure("Hi\n{% render 'footer' %}")
    assert (error.line, error.partial) == (2, None)
    assert "the partial 'footer' has no commit in this environment; commit or promote it first" in str(error)


def test_an_error_inside_a_partial_names_the_innermost_one_and_its_line() -> None:
    outer, inner = text("outer", "{% render 'inner' %}"), text("inner", "\n\n{{ 1 | divided_by: 0 }}")
    error = failure("{% render 'outer' %}", outer, inner)
    assert (error.partial, error.line) == ("inner", 3)
    assert str(error.within("html_body")).startswith("html_body: in the partial 'inner': divided_by")
    broken = failure("{% render 'broken' %}", text("broken", "{% if %}"))
    assert (broken.partial, broken.line) == ("broken", 1)


def test_a_partial_spends_the_budget_of_its_message() -> None:
    rounds = limits.MAX_LOOP_ITERATIONS // 2 + 1
    loop = text("loop", f"{{% for i in (1..{rounds}) %}}{{% endfor %}}")
    one = rendering(loop)
    one.render("{% render 'loop' %}")
    with pytest.raises(TemplateError, match="loops run more than"):
        one.render("{% render 'loop' %}")


def test_a_break_does_not_reach_out_of_a_partial() -> None:
    assert "unexpected 'break'" in str(
        failure("{% for i in (1..3) %}{% render 'out' %}{% endfor %}", text("out", "{% break %}"))
    )


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("render footer", "takes the key of a partial in quotes"),
        ("render 'A footer!'", "takes the key of a partial in quotes"),
        ("render 'footer' for data.items", "takes no 'for'"),
        ("render 'footer' with data.items as item", "takes no 'with'"),
        ("include 'footer'", "there is no include; use {% render"),
        ("render 'footer', a: b | nope", ""),
    ],
)
def test_what_a_tag_cannot_say_is_told_before_anything_is_rendered(tag: str, message: str) -> None:
    [problem] = check(f"\n{{% {tag} %}}")
    assert message in problem
    assert "line 2" in problem


def test_a_template_knows_its_partials_wherever_they_stand() -> None:
    source = (
        "{% if a %}{% render 'one' %}{% elsif b %}{% for x in y %}{% render 'two', x: x %}{% endfor %}{% endif %}"
        "{% liquid\n render 'three'\n%}{% comment %}{% render 'four' %}{% endcomment %}{% raw %}{% render 'five' %}"
        "{% endraw %}{% case a %}{% when 1 %}{% render 'six' %}{% else %}{% render 'seven' %}{% endcase %}"
    )
    assert partials_in(source) == {"one", "two", "three", "six", "seven"}


def block(content: str, attributes: Mapping[str, object], *inputs: Mapping[str, Any]) -> str:
    return rendering(html("card", content, *inputs)).render_partial("card", attributes)


def test_a_block_hands_over_texts_with_liquid_in_them() -> None:
    given = {"title": "Hi {{ recipient.name }}", "plain": "x"}
    assert block("{{ title }}{{ plain }}", given) == "Hi Adax"


@pytest.mark.parametrize("source", ["{{ data.items }}", " {{ data.items }}\n", "{{ data.items | json }}"])
def test_a_block_hands_over_a_value_where_the_schema_wants_one(source: str) -> None:
    typed = {"key": "items", "type": "list"}
    assert block("{% for one in items %}{{ one.name }};{% endfor %}", {"items": source}, typed) == "Tea;Milk;"


def test_the_parts_of_a_button_in_a_block_are_liquid_each() -> None:
    given = {"go": {"text": "To {{ recipient.name }}", "action": "https://x.test"}}
    assert (
        block("{{ go.text }}>{{ go.action }}", given, {"key": "go", "type": "button", **PARTS_OF_A_BUTTON})
        == "To Ada>https://x.test"
    )


def test_a_block_of_a_partial_that_is_not_there_or_with_broken_inputs_is_a_template_error() -> None:
    with pytest.raises(TemplateError, match="the partial 'nope' has no commit"):
        rendering().render_partial("nope", {})
    for source in ("{{ 1 | divided_by: 0 }}", "{% if %}", "{{ a | nope }}"):
        with pytest.raises(TemplateError):
            block("", {"title": source})


@pytest.mark.parametrize(
    ("source", "value"),
    [("{{ data.yes }}", True), (" {{ recipient }} ", {"name": "Ada"}), ("{{ data.count }}!", "3!"), ("", "")],
)
def test_a_single_output_is_known_by_its_value(source: str, value: object) -> None:
    assert rendering().value(source) == value
