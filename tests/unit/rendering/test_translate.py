"""Translations in templates: what the filter and the tag print, what a translation sees, and how deep it may go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.unit.rendering.samples import NOW
from tocsin.domain.sources import Nothing, Partial
from tocsin.domain.translations import SYSTEM, Phrase
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.liquid import Rendering, check

SCOPE: Mapping[str, object] = {
    "recipient": {"name": "Ada", "locale": "fr-BE"},
    "tenant": {"id": "acme"},
    "data": {"count": 1, "who": "Tom"},
}


@dataclass(frozen=True)
class Dictionary(Nothing):
    """What translations say, by namespace; whoever asked is kept."""

    texts: Mapping[str, Mapping[str, Any]]
    asked: list[tuple[str | None, str | None]] = field(default_factory=list)

    def translation(self, phrase: Phrase, locale: str | None, tenant: str | None) -> str | None:
        self.asked.append((locale, tenant))
        return phrase.said_in(self.texts.get(phrase.namespace, {}))

    def partial(self, key: str) -> Partial | None:
        return Partial(key, "text", "{{ 'hello' | t }}")


def show(source: str, texts: Mapping[str, Any] | None = None, **system: str) -> str:
    return Rendering(SCOPE, NOW, Dictionary({"": texts or {}, SYSTEM: system})).render(source)


def failure(source: str, texts: Mapping[str, Any] | None = None) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        show(source, texts)
    return caught.value


def test_a_key_prints_its_text() -> None:
    assert show("{{ 'orders.title' | t }}", {"orders": {"title": "Commandes"}}) == "Commandes"


def test_a_text_is_filled_with_what_the_filter_is_given_and_what_the_template_sees() -> None:
    texts = {"like": "{{ who }} aime la photo de {{ recipient.name }}"}
    assert show("{{ 'like' | t: who: data.who }}", texts) == "Tom aime la photo de Ada"


def test_what_the_filter_is_given_hides_the_names_of_the_template_only_meanwhile() -> None:
    texts = {"like": "{{ who }}"}
    assert show("{% assign who = 'me' %}{{ 'like' | t: who: 'you' }} {{ who }}", texts) == "you me"


@pytest.mark.parametrize(("count", "text"), [("0", "none"), ("data.count", "one"), ("'2'", "2 of them")])
def test_a_count_chooses_the_form_and_is_printed(count: str, text: str) -> None:
    texts = {"photos": {"zero": "none", "one": "one", "other": "{{ count }} of them"}}
    assert show(f"{{{{ 'photos' | t: count: {count} }}}}", texts) == text


def test_a_count_of_nothing_chooses_no_form() -> None:
    assert show("[{{ 'photos' | t: count: data.missing }}]", {"photos": {"other": "some"}}) == "[]"


def test_a_missing_key_is_nil_so_that_a_default_may_follow() -> None:
    assert show("[{{ 'missing' | t }}]{{ 'missing' | t | default: 'Bonjour' }}") == "[]Bonjour"


def test_other_filters_follow() -> None:
    assert show("{{ 'hello' | t | upcase }}", {"hello": "bonjour"}) == "BONJOUR"


def test_the_tag_prints_what_the_system_says_to_its_text_and_keeps_the_whitespace_around_it() -> None:
    system = {"Hi, {{ recipient.name }}!": "Salut, {{ recipient.name }} !"}
    assert show("a{% t %} Hi, {{ recipient.name }}!\n{% endt %}b", None, **system) == "a Salut, Ada !\nb"
    assert show("a {%- t -%} Hi, {{ recipient.name }}!\n{%- endt -%} b", None, **system) == "aSalut, Ada !b"


def test_the_tag_prints_its_own_text_where_no_translation_has_it() -> None:
    assert show("{% t %}Hi, {{ recipient.name }}!{% endt %}") == "Hi, Ada!"
    assert show("{% t %}{% endt %}") == ""


def test_recipient_and_tenant_are_the_messages_whatever_a_template_calls_so() -> None:
    dictionary = Dictionary({})
    source = "{% assign recipient = data %}{{ 'a' | t }}{% t %}b{% endt %}{% render 'footer' %}"
    Rendering(SCOPE, NOW, dictionary).render(source)
    assert dictionary.asked == [("fr-BE", "acme")] * 3


@pytest.mark.parametrize("scope", [{}, {"recipient": {"locale": 5}, "tenant": None}])
def test_whoever_has_no_locale_and_no_tenant_is_asked_for_without(scope: Mapping[str, object]) -> None:
    dictionary = Dictionary({})
    Rendering(scope, NOW, dictionary).render("{{ 'a' | t }}")
    assert dictionary.asked == [(None, None)]


def test_a_translation_may_use_another_one() -> None:
    texts = {"outer": "<{{ 'inner' | t: name: 'Tom' }}>", "inner": "{{ name }}"}
    assert show("{{ 'outer' | t }}", texts) == "<Tom>"


def test_translations_that_lead_to_themselves_come_to_an_end() -> None:
    texts = {"hen": "{{ 'egg' | t }}", "egg": "{{ 'hen' | t }}"}
    assert "leads to itself, or through too many others" in str(failure("{{ 'hen' | t }}", texts))


def test_translations_are_paid_from_the_budget_of_the_message() -> None:
    texts = {
        "loop": "{% for n in (1..300) %}{{ 'inner' | t }}{% endfor %}",
        "inner": "{% for n in (1..300) %}x{% endfor %}",
    }
    assert "loops run more than" in str(failure("{{ 'loop' | t }}", texts))


def test_only_so_many_namespaces_may_be_asked_and_each_as_often_as_wanted() -> None:
    ask = "{% for n in (1..1000) %}{% assign key = KEY %}{{ key | t }}{% endfor %}"
    assert show(ask.replace("KEY", "'shop:hello'")) == ""
    assert "needs more than" in str(failure(ask.replace("KEY", "n | append: ':hello'")))


def test_an_error_names_the_translation_and_its_line() -> None:
    error = failure("{{ 'sum' | t }}", {"sum": "1\n{{ 1 | divided_by: 0 }}"})
    assert str(error).startswith("in the translation 'sum': divided_by: can't divide by zero (line 2)")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{% t name %}a{% endt %}", "the tag 't' takes no arguments"),
        ("{% t %}a", "expected tag endt"),
        ("{% liquid t\necho 'x'\nendt %}{% t %}{% endt %}", "cannot be used within 'liquid'"),
        ("{% t %}{{ a | nope }}{% endt %}", "unknown filter 'nope'"),
    ],
)
def test_a_tag_that_is_written_wrongly_is_found_before_it_is_rendered(source: str, message: str) -> None:
    [problem] = check(source)
    assert message in problem


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ 'a' | t: context: 1 }}", "a value cannot be named 'context'"),
        ("{{ 'a' | t: 'b' }}", "t: wrong arguments"),
    ],
)
def test_the_filter_takes_values_by_name(source: str, message: str) -> None:
    assert message in str(failure(source))
