"""Limits: no template can hang, whatever it does, and an honest one never notices them."""

import time

import pytest

from tests.unit.rendering.samples import NOW
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.liquid import Rendering, render

LONG = "a" * 100_000
DEEP: list[object] = []
for _ in range(20_000):
    DEEP = [DEEP]
DATA = {"s": LONG, "deep": DEEP, "items": [{"n": index, "name": f"item {index}"} for index in range(1000)]}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{% for i in (1..99999999999) %}{% endfor %}", "loops run more than"),
        ("{% for a in (1..1000) %}{% for b in (1..1000) %}{% endfor %}{% endfor %}", "loops run more than"),
        ("{% for a in (1..9000) %}{% endfor %}" * 3, "loops run more than"),
        ("{% tablerow a in (1..30000) %}{% endtablerow %}", "loops run more than"),
        ("{{ (1..99999999999) | join }}", "range has more than"),
        ("{% assign x = (1..99999999999) %}{{ x | size }}", "range has more than"),
        ("{% for i in (1..19000) %}" + "{% if true %}{% endif %}" * 20 + "{% endfor %}", "operations"),
        ("{% for i in (1..19000) %}{{ s | upcase | size }}{% endfor %}", "operations"),
        ("{% for i in (1..19000) %}{% if s contains 'b' %}{% endif %}{% endfor %}", "operations"),
        ("{% for i in (1..19000) %}{% capture x %}" + LONG + "{% endcapture %}{% endfor %}", "operations"),
        ("{% for i in (1..19000) %}{{ items | json | size }}{% endfor %}", "operations"),
        ("{% for i in (1..50) %}{{ s }}{% endfor %}", "prints more than"),
        (
            "{% assign x = s %}{% for i in (1..60) %}{% assign x = x | append: x %}{% endfor %}",
            "variables hold",
        ),
        (
            "{% assign l = items %}{% for i in (1..60) %}{% assign l = l | concat: l %}{% endfor %}",
            "operations",
        ),
        ("{{ s | replace: '', s }}", "result is longer"),
        ("{{ items | join: s }}", "result is longer"),
        ("{% assign n = 2 %}{% for i in (1..60) %}{% assign n = n | times: n %}{% endfor %}", "digits"),
        ("{% if a %}" * 40 + "{% endif %}" * 40, "nesting limit"),
        ("{% for a in (1..2) %}" * 29 + "{% endfor %}" * 29, "depth|loops run more than"),
        ("{{ deep | json }}", "nested too deeply"),
        ("{{ deep }}", "nested too deeply"),
    ],
)
def test_a_hostile_template_is_stopped_soon(source: str, message: str) -> None:
    started = time.process_time()
    with pytest.raises(TemplateError, match=message):
        render(source, DATA, NOW)
    assert time.process_time() - started < 5


def test_a_digest_of_a_thousand_items_is_well_within_the_limits() -> None:
    row = "<li>{{ item.n | plus: 1 }} {{ item.name | escape }}</li>"
    source = f"{{% for item in items %}}{{% if item.n > 1 %}}{row}{{% endif %}}{{% endfor %}}"
    assert render(source, DATA, NOW).count("<li>") == 998


def test_all_parts_of_a_message_share_one_budget() -> None:
    rendering = Rendering(DATA, NOW)
    rendering.render("{% for i in (1..15000) %}{% endfor %}")
    with pytest.raises(TemplateError, match="loops run more than"):
        rendering.fork().render("{% for i in (1..15000) %}{% endfor %}")
