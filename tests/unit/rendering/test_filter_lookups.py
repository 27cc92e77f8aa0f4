"""Filters that load people while a template is rendered."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from tests.unit.rendering.samples import NOW
from tocsin.domain.recipients import TENANTS, USERS, RecipientRef, user
from tocsin.domain.sources import Json, Nothing
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.filter_lookups import MAX_LOADS
from tocsin.rendering.liquid import check, render

PROJECT = {"id": "p1", "collection": "projects", "__typename": "Object", "title": "Apollo"}
PEOPLE: dict[RecipientRef, Json] = {
    user("ada"): {"id": "ada", "__typename": "User", "name": "Ada", "plan": "pro"},
    user("7"): {"id": "7", "name": "Seven"},
    RecipientRef("projects", "p1"): PROJECT,
    RecipientRef(TENANTS, "acme"): {"id": "acme", "name": "Acme", "settings": {"preference_set": {"a": 1}}},
}


@dataclass(frozen=True)
class People(Nothing):
    loads: list[RecipientRef] = field(default_factory=list)

    def person(self, ref: RecipientRef) -> Json | None:
        self.loads.append(ref)
        return PEOPLE.get(ref)

    def followed(self, user_id: str) -> Sequence[Json]:
        self.loads.append(user(user_id))
        return [{"object": PROJECT, "properties": {"role": "owner"}}] if user_id == "ada" else []


SCOPE: dict[str, object] = {"data": {"owner": "ada", "number": 7, "nobody": None}}


def show(source: str, sources: Nothing | None = None) -> str:
    return render(source, SCOPE, NOW, sources or People())


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% assign a = 'ada' | user %}{{ a.name }} {{ a.plan }}", "Ada pro"),
        ("{% assign a = data.owner | user %}{{ a.id }} {{ a.__typename }}", "ada User"),
        ("{% assign a = data.number | user %}{{ a.name }}", "Seven"),
        ("{% assign p = 'p1' | object: 'projects' %}{{ p.title }} {{ p.collection }}", "Apollo projects"),
        ("{% assign t = 'acme' | tenant %}{{ t.name }} {{ t.settings.preferences.a }}", "Acme 1"),
        ("{% for one in ('ada' | subscriptions) %}x{% endfor %}", None),
        (
            "{% assign all = 'ada' | subscriptions %}"
            "{% for one in all %}{{ one.object.title }}: {{ one.properties.role }}{% endfor %}",
            "Apollo: owner",
        ),
        ("{{ 'nobody' | subscriptions | size }}", "0"),
    ],
)
def test_somebody_is_loaded_by_id(source: str, text: str | None) -> None:
    if text is None:
        assert check(source) != []
    else:
        assert (check(source), show(source)) == ([], text)


@pytest.mark.parametrize(
    "expression",
    [
        "'nobody' | user",
        "data.nobody | user",
        "data.missing | user",
        "'' | user",
        "'p1' | object: 'tasks'",
        "'p1' | object: data.missing",
        "'ada' | tenant",
    ],
)
def test_whoever_does_not_exist_is_nil(expression: str) -> None:
    assert show(f"{{% assign found = {expression} %}}{{% if found == nil %}}nobody{{% endif %}}") == "nobody"


def test_no_store_is_asked_for_a_name_that_nobody_can_have() -> None:
    people = People()
    long = "x" * 257
    show(f"{{{{ '' | user }}}}{{{{ '{long}' | user }}}}{{{{ 'a' | object: '$secrets' }}}}", people)
    show(f"{{{{ '{long}' | subscriptions }}}}{{{{ nil | tenant }}}}", people)
    assert people.loads == []


def test_an_object_needs_its_collection() -> None:
    with pytest.raises(TemplateError, match="object: wrong arguments"):
        show("{{ 'p1' | object }}")


def test_what_is_loaded_is_the_templates_own() -> None:
    show("{% assign a = 'ada' | user %}{% assign b = 'ada' | user %}{{ a.name }}")
    assert PEOPLE[RecipientRef(USERS, "ada")]["name"] == "Ada"


def test_a_template_cannot_load_without_end() -> None:
    people = People()
    with pytest.raises(TemplateError, match="operations"):
        show("{% for i in (1..19000) %}{% assign a = i | user %}{% endfor %}", people)
    assert len(people.loads) <= MAX_LOADS


def test_where_nobody_can_be_asked_nobody_exists() -> None:
    assert show("{{ 'ada' | user | json }}{{ 'ada' | subscriptions | json }}", Nothing()) == "null[]"
