"""The guides that a user gets: fetched as the browser fetches them."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.builders.account import IN_APP_CHANNEL, SECRET_KEY
from tests.builders.guides import AT, ENV, GUIDE_CHANNEL, Product, add_channel, guide, known, step
from tocsin.domain.recipients import InlineRecipient, RecipientRef, user
from tocsin.lambda_kit.inline import inline_ports
from tocsin.lambda_kit.services import Services
from tocsin.usecases.audiences import AudiencePorts, add_members
from tocsin.usecases.identify import identify

NOTHING = {
    "id": None,
    "seen_at": None,
    "read_at": None,
    "interacted_at": None,
    "archived_at": None,
    "link_clicked_at": None,
}


@pytest.fixture
def product(services: Services, api: Callable[..., Any]) -> Product:
    add_channel(services)
    known(services, "jane", name="Jane", plan="pro")
    return Product(api)


def test_a_committed_guide_is_shown_as_it_was_written(product: Product) -> None:
    patterns = [{"directive": "allow", "pathname": "/dashboard/*"}]
    product.publish(
        "news", guide(step(), step("step_2", schema_key="card"), activation_url_patterns=patterns)
    )

    told = product.fetch(key=SECRET_KEY)
    [entry] = told["entries"]

    assert (entry["key"], entry["type"], entry["channel_id"]) == ("news", "banner", GUIDE_CHANNEL)
    assert (entry["active"], entry["bypass_global_group_limit"]) == (True, False)
    assert (entry["activation_url_patterns"], entry["activation_url_rules"]) == (patterns, [])
    assert [one["ref"] for one in entry["steps"]] == ["step_1", "step_2"]
    assert entry["steps"][0]["content"] == step()["values"]
    assert entry["steps"][0]["message"] == NOTHING
    assert told["ineligible_guides"] == []
    assert told["guide_group_display_logs"] == {}


def test_guides_stand_in_line_the_oldest_first(product: Product) -> None:
    product.publish("zebra")
    product.publish("alpha", guide(step(schema_key="card")))
    product.switch("zebra", on=False)
    product.publish("late")
    [group] = product.fetch(type="card")["guide_groups"]

    assert (group["key"], group["display_interval"]) == ("default", 0)
    assert group["display_sequence"] == ["alpha", "late"]
    assert product.shown() == ["alpha", "late"]
    assert product.shown(type="card") == ["alpha"]


def test_an_environment_without_guides_has_no_group(product: Product) -> None:
    assert product.fetch() == {
        "entries": [],
        "guide_groups": [],
        "guide_group_display_logs": {},
        "ineligible_guides": [],
    }


def test_what_is_saved_is_not_shown_until_it_is_committed(product: Product) -> None:
    product.publish("news")
    product.edit("/guides/news", {"guide": guide(step(values={"title": "Draft"}))})
    product.edit("/guides/never", {"guide": guide()})

    [entry] = product.fetch(force_all_guides="true")["entries"]
    assert (entry["key"], entry["steps"][0]["content"]) == ("news", step()["values"])


def test_a_guide_that_is_switched_off_is_gone_within_five_seconds(
    product: Product, services: Services
) -> None:
    product.publish("news")
    [before] = services.showcases.of(ENV, AT).guides
    product.switch("news", on=False)

    [a_moment_later] = services.showcases.of(ENV, AT + timedelta(seconds=4)).guides
    [later] = services.showcases.of(ENV, AT + timedelta(seconds=5)).guides
    assert (before.active, a_moment_later.active, later.active) == (True, True, False)


def test_a_step_is_rendered_for_the_user(product: Product, services: Services) -> None:
    identify(services.recipients, ENV, RecipientRef("$tenants", "acme"), {"name": "Acme"}, AT)
    values = {
        "title": "Hi {{ recipient.name }} of {{ tenant.name }}",
        "links": [{"url": "{{ vars.base_url }}/{{ data.page }}", "count": 3}],
    }
    product.publish("news", guide(step(values=values)))

    [entry] = product.fetch(tenant="acme", data={"page": "start"})["entries"]
    assert entry["steps"][0]["content"] == {
        "title": "Hi Jane of Acme",
        "links": [{"url": "https://app.test/start", "count": 3}],
    }


def test_a_step_renders_committed_partials(product: Product) -> None:
    footer = {"name": "Footer", "type": "text", "content": "For {{ name }}"}
    product.edit("/partials/footer", {"partial": footer}, "commit=true")
    values = {"title": "{% render 'footer', name: recipient.id %}"}
    product.publish("tour", guide(step(values=values)))
    assert product.fetch()["entries"][0]["steps"][0]["content"] == {"title": "For jane"}


def test_a_guide_that_cannot_be_rendered_takes_no_other_down(product: Product) -> None:
    product.publish("broken", guide(step(values={"title": "{{ data.when | date: '%Q' | divided_by: 0 }}"})))
    product.publish("whole")

    told = product.fetch()
    [marker] = told["ineligible_guides"]
    assert [entry["key"] for entry in told["entries"]] == ["whole"]
    assert (marker["key"], marker["reason"]) == ("broken", "target_conditions_not_met")
    assert "step_1: title" in marker["message"]


def test_conditions_see_the_user_the_data_and_the_tenant(product: Product, services: Services) -> None:
    identify(services.recipients, ENV, RecipientRef("$tenants", "acme"), {"size": 500}, AT)
    for key, variable, operator, argument in (
        ("recipient", "recipient.plan", "equal_to", "pro"),
        ("data", "data.assets", "greater_than", 25),
        ("tenant", "tenant.size", "greater_than", 100),
    ):
        conditions = {"all": [{"variable": variable, "operator": operator, "argument": argument}]}
        product.publish(key, guide(target_property_conditions=conditions))

    assert product.shown() == ["recipient"]
    assert product.reasons() == {"data": "target_conditions_not_met", "tenant": "target_conditions_not_met"}
    assert product.shown(tenant="acme", data={"assets": 26}) == ["recipient", "data", "tenant"]


def test_a_guide_for_an_audience_is_for_its_members_of_whichever_tenant(
    product: Product, services: Services, api: Callable[..., Any]
) -> None:
    product.publish("for-vips", guide(target_audience_key="vip"))
    product.publish("for-vipers", guide(target_audience_key="vipers"))
    ports = AudiencePorts(inline_ports(services), services.audiences)
    add_members(ports, ENV, "vipers", [(InlineRecipient(user("jane"), ""), "acme")], AT, create=True)

    assert services.audiences.joined(ENV, "jane", ["vip"]) == {}
    assert product.shown() == ["for-vipers"]
    assert product.reasons() == {"for-vips": "not_in_target_audience"}
    assert Product(api, "stranger").shown() == []


def test_a_membership_of_a_deleted_namesake_does_not_count(product: Product, services: Services) -> None:
    product.publish("for-vips", guide(target_audience_key="vip"))
    ports = AudiencePorts(inline_ports(services), services.audiences)
    add_members(ports, ENV, "vip", [(InlineRecipient(user("tom"), ""), None)], AT, create=True)
    services.removals.end(ENV, user("tom"))
    identify(services.recipients, ENV, user("tom"), {}, AT + timedelta(days=1))

    assert services.audiences.joined(ENV, "tom", ["vip"]) == {"vip": AT}
    assert Product(product._api, "tom").shown() == []


def test_somebody_unknown_gets_what_is_for_everybody(product: Product, api: Callable[..., Any]) -> None:
    product.publish("news")
    assert Product(api, "nobody").shown() == ["news"]


def test_a_developer_sees_everything_and_why_it_is_not_shown(product: Product) -> None:
    product.publish("off")
    product.switch("off", on=False)
    product.publish("archived")
    product.publish("aimed", guide(target_audience_key="vip"))
    product.mark("archived", "archived")
    product.publish("news")

    told = product.fetch(force_all_guides="true")
    assert [entry["key"] for entry in told["entries"]] == ["off", "archived", "aimed", "news"]
    assert [entry["active"] for entry in told["entries"]] == [False, True, True, True]
    assert told["guide_groups"][0]["display_sequence"] == ["off", "archived", "aimed", "news"]
    assert product.shown() == ["news"]
    assert product.reasons() == {
        "off": "guide_not_active",
        "archived": "marked_as_archived",
        "aimed": "not_in_target_audience",
    }


@pytest.mark.parametrize("channel", ["nonsense", IN_APP_CHANNEL, GUIDE_CHANNEL.replace("7", "9")])
def test_a_channel_that_shows_no_guides_is_a_404(product: Product, channel: str) -> None:
    told = product.fetch(channel=channel)
    assert (product.answer.status, told["code"]) == (404, "channel_invalid")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"data": "{"}, "data"),
        ({"data": "[]"}, "data"),
        ({"tenant": "x" * 257}, "tenant"),
        ({"force_all_guides": "often"}, "force_all_guides"),
    ],
)
def test_a_bad_query_is_named(product: Product, query: dict[str, str], field: str) -> None:
    product.fetch(**query)
    assert list(product.problems()) == [field]


def test_a_fetch_is_two_reads_and_four_where_a_guide_is_for_an_audience(
    product: Product, services: Services
) -> None:
    """The user with the tenant, and all that they did; then where the user is a member, and since when."""
    product.publish("news", guide(step(values={"title": "{{ recipient.name }}"})))
    product.fetch(tenant="acme")
    assert _calls(services, lambda: product.fetch(tenant="acme")) == {"BatchGetItem": 1, "Query": 1}

    ports = AudiencePorts(inline_ports(services), services.audiences)
    add_members(ports, ENV, "vip", [(InlineRecipient(user("jane"), ""), None)], AT, create=True)
    product.publish("for-vips", guide(target_audience_key="vip"))
    product.publish("for-vips-as-well", guide(target_audience_key="vip"))
    product.fetch()
    assert _calls(services, product.fetch) == {"BatchGetItem": 2, "Query": 2}


def test_a_process_learns_of_all_guides_by_four_reads(services: Services, product: Product) -> None:
    """The environment, its channels, what was saved, what of it is committed; one more for each guide that was saved
    since and not committed, the first time only."""
    for number in range(12):
        product.publish(f"guide-{number}")
    product.edit("/guides/guide-3", {"guide": guide(name="Draft")})
    reading = {"GetItem": 2, "Query": 2, "BatchGetItem": 1}

    assert _calls(services, lambda: services.showcases.of(ENV, AT)) == reading
    assert _calls(services, lambda: services.showcases.of(ENV, AT)) == {}
    assert _calls(services, lambda: services.showcases.of(ENV, AT, fresh=True)) == reading | {"GetItem": 1}


def _calls(services: Services, action: Callable[[], Any]) -> dict[str, int]:
    """Reads; each request counts itself besides, as all do."""
    calls: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        calls[model.name] += model.name != "UpdateItem"

    events = services.table._client.meta.events
    events.register("before-call", count)
    action()
    events.unregister("before-call", count)
    return {name: number for name, number in calls.items() if number}
