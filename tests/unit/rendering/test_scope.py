"""The scope: which names a template sees, and who wins where two want the same."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from tests.unit.rendering.samples import NOW
from tocsin.rendering.branding import with_layout
from tocsin.rendering.liquid import render
from tocsin.rendering.scope import RESERVED, build_scope, shown_variables
from tocsin.rendering.variables import MadeLater

RECIPIENT = {"id": "u1", "__typename": "User", "name": "Ada", "plan": "pro"}
WORKFLOW = {"id": "v1", "key": "welcome", "name": "Welcome", "cancellation_key": "c1"}


def scope(**changes: object) -> dict[str, object]:
    values: dict[str, object] = {
        "recipient": RECIPIENT,
        "data": {},
        "workflow": WORKFLOW,
        "timestamp": "2026-03-10T12:00:00Z",
        **changes,
    }
    variables = shown_variables(values.pop("variables", {}), values.get("tenant"))  # type: ignore[arg-type]
    return build_scope(**values, variables=variables)  # type: ignore[arg-type]


def show(source: str, **changes: object) -> str:
    return render(source, scope(**changes), NOW)


def test_custom_properties_stand_beside_a_recipients_own() -> None:
    assert show("{{ recipient.name }} {{ recipient.plan }} {{ recipient.id }}") == "Ada pro u1"


def test_data_is_at_the_root_and_under_its_name() -> None:
    assert show("{{ page }} {{ data.page }}", data={"page": "Home"}) == "Home Home"


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_reserved_name_wins_over_trigger_data(name: str) -> None:
    built = scope(data={name: "mine"})
    assert built.get(name) != "mine"
    assert built["data"] == {name: "mine"}


def test_a_run_without_tenant_and_actor_has_nil_for_both() -> None:
    built = scope()
    assert (built["tenant"], built["actor"], built["actors"], built["total_actors"]) == (None, None, [], 0)


def test_an_activity_has_its_data_flattened_and_nested_and_its_own_fields_win() -> None:
    activity = {"id": "a1", "inserted_at": "2026-01-01", "data": {"page": "Home", "id": "mine"}}
    source = "{% for a in activities %}{{ a.page }} {{ a.data.page }} {{ a.id }} {{ a.data.id }}{% endfor %}"
    assert show(source, activities=[activity]) == "Home Home a1 mine"


@pytest.mark.parametrize(
    "source",
    [
        "{{ activities }}",
        "{% for a in activities %}{{ a.id }} {{ a.data.page }} {{ a.nothing }}{% endfor %}",
        "{{ activities[0].id }} {{ activities.first.page }} {{ activities.size }}",
        '{{ activities | map: "id" | join: "," }} {{ activities | where: "page", "Home" | size }}',
        "{% for field in activities[0] %}{{ field[0] }}={{ field[1] }} {% endfor %}",
    ],
)
def test_an_activity_made_when_somebody_looks_at_it_shows_the_same(source: str) -> None:
    activity = {"page": "Home", "id": "a1", "data": {"page": "Home"}}
    lazy = {**scope(), "activities": [MadeLater(lambda: activity)]}
    assert render(source, lazy, NOW) == render(source, {**scope(), "activities": [activity]}, NOW)


def test_an_activity_that_nobody_looks_at_is_not_made() -> None:
    lazy = {**scope(), "activities": [MadeLater(lambda: pytest.fail("somebody looked"))]}
    assert render("{{ recipient.name }} {{ activities.size }}", lazy, NOW) == "Ada 1"


def test_actors_are_the_different_ones_of_the_activities() -> None:
    people = [{"id": "u1"}, {"id": "u2"}, {"id": "u1"}, None, {"id": "u1", "collection": "teams"}]
    built = scope(activities=[{"actor": person, "data": {}} for person in people])
    assert built["actors"] == [{"id": "u1"}, {"id": "u2"}, {"id": "u1", "collection": "teams"}]
    assert (built["total_actors"], built["total_activities"]) == (3, 5)


def test_the_runs_actor_is_the_only_one_without_activities() -> None:
    assert scope(actor={"id": "u9"})["actors"] == [{"id": "u9"}]


def test_totals_can_exceed_what_is_rendered() -> None:
    built = scope(activities=[{"data": {}}], total_activities=40, total_actors=7)
    assert (built["total_activities"], built["total_actors"]) == (40, 7)


def test_a_workflow_has_every_field_even_when_not_given() -> None:
    assert scope()["workflow"] == {
        **WORKFLOW,
        "categories": [],
        "commercial": False,
        "override_preferences": False,
    }


def test_a_tenants_preference_set_is_called_preferences() -> None:
    tenant = {"id": "acme", "settings": {"preference_set": {"id": "default"}}}
    assert show("{{ tenant.settings.preferences.id }}", tenant=tenant) == "default"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("5", 5),
        ("1.10", Decimal("1.10")),
        ('["a"]', ["a"]),
        ("007", "007"),
        ("TRUE", "TRUE"),
        ("1e10", "1e10"),
        ("NaN", "NaN"),
        ("https://example.com", "https://example.com"),
        (None, None),
    ],
)
def test_a_variable_is_decoded_where_that_loses_nothing(written: object, value: object) -> None:
    variables = scope(variables={"x": written})["vars"]
    assert isinstance(variables, Mapping)
    assert (variables["x"], type(variables["x"])) == (value, type(value))


def branding(**changes: object) -> dict[str, object]:
    variables = scope(**changes)["vars"]
    assert isinstance(variables, Mapping)
    return dict(variables["branding"])


def test_branding_has_defaults() -> None:
    assert branding() == {
        "logo_url": None,
        "icon_url": None,
        "dark_logo_url": None,
        "dark_icon_url": None,
        "primary_color": "#000000",
        "primary_color_contrast": "#FFFFFF",
        "dark_primary_color": "#FFFFFF",
        "dark_primary_color_contrast": "#000000",
    }


def test_a_tenant_overrides_the_accounts_branding_property_by_property() -> None:
    account = {"branding": {"primary_color": "#111111", "logo_url": "a.png", "accent": "red"}}
    tenant = {"id": "t", "settings": {"branding": {"primary_color": "#222222", "logo_url": None}}}
    built = branding(variables=account, tenant=tenant)
    assert (built["primary_color"], built["logo_url"], built["accent"]) == ("#222222", "a.png", "red")


def test_a_dark_logo_falls_back_to_the_light_one() -> None:
    assert branding(variables={"branding": {"logo_url": "a.png"}})["dark_logo_url"] == "a.png"


def test_a_layouts_branding_comes_between_the_accounts_and_the_tenants() -> None:
    account = {"branding": {"primary_color": "#111111", "primary_color_contrast": "#111111"}}
    tenant = {"id": "t", "settings": {"branding": {"primary_color": "#333333"}}}
    overrides = {"primary_color": "#222222", "primary_color_contrast": "#222222", "logo_url": "l.png"}
    source = "{% assign b = vars.branding %}{{ b.primary_color }} {{ b.primary_color_contrast }} {{ b.dark_logo_url }}"
    built = with_layout(scope(variables=account, tenant=tenant), overrides)
    assert render(source, built, NOW) == "#333333 #222222 l.png"
