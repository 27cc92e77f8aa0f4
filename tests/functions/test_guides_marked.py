"""What a user does with guides: recorded once, whatever is repeated."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.guides.handler import lambda_handler as guides
from tests.builders.account import IN_APP_CHANNEL, PUBLIC_KEY, SECRET_KEY
from tests.builders.belongings import rows_naming
from tests.builders.guides import ENV, GUIDE_CHANNEL, Product, add_channel, guide, known, step
from tocsin.lambda_kit.services import Services

OTHER_CHANNEL = GUIDE_CHANNEL.replace("7", "9")
generation = pytest.mark.parametrize("message_id", ["", "33hjnKRKNx9ISRlixVBjhpkh28J"], ids=["new", "old"])


@pytest.fixture
def product(services: Services, api: Callable[..., Any]) -> Product:
    add_channel(services)
    known(services, "jane")
    product = Product(api)
    product.publish("tour", guide(step("first"), step("second")))
    return product


@generation
def test_every_mark_is_kept_with_the_step(product: Product, message_id: str) -> None:
    for verb, extra in (("seen", {}), ("interacted", {"metadata": {"score": 8}}), ("archived", {})):
        answer = product.mark(verb, "tour", "first", message_id=message_id, **extra)
        assert (answer.status, answer.json) == (200, {"status": "ok"})

    message = product.message("tour", "first")
    assert all(message[f"{name}_at"] for name in ("seen", "read", "interacted", "archived"))
    assert message["read_at"] == message["interacted_at"]
    assert (len(message["id"]), message["link_clicked_at"]) == (27, None)
    assert not any(product.message("tour", "second").values())


@generation
@pytest.mark.parametrize("verb", ["seen", "archived"])
def test_a_repeated_mark_changes_nothing(
    product: Product, services: Services, verb: str, message_id: str
) -> None:
    product.mark(verb, "tour", "first", message_id=message_id)
    once = services.guide_engagements.get(ENV, "jane", None, "tour")
    product.mark(verb, "tour", "first", message_id=message_id)

    assert product.answer.json == {"status": "ok"}
    assert services.guide_engagements.get(ENV, "jane", None, "tour") == once


def test_the_last_interaction_counts_and_metadata_stays_until_there_is_other(
    product: Product, services: Services
) -> None:
    for metadata in ({"score": 8}, None, {"score": 9, "ratio": 0.1}, None):
        product.mark("interacted", "tour", "first", metadata=metadata)

    kept = services.guide_engagements.get(ENV, "jane", None, "tour")
    assert kept is not None
    assert {name: str(value) for name, value in (kept.steps["first"].metadata or {}).items()} == {
        "score": "9",
        "ratio": "0.1",
    }


def test_a_guide_is_archived_with_its_last_step(product: Product) -> None:
    product.mark("archived", "tour", "first")
    assert product.shown() == ["tour"]
    product.mark("archived", "tour", "second")
    assert product.reasons() == {"tour": "marked_as_archived"}


def test_a_guide_is_archived_with_its_final_step(product: Product) -> None:
    product.mark("archived", "tour", "first")
    product.mark("archived", "tour", "first", is_final=True)
    assert product.reasons() == {"tour": "marked_as_archived"}


def test_unarchiving_shows_the_guide_again_and_forgets_nothing_else(
    product: Product, api: Callable[..., Any]
) -> None:
    product.mark("seen", "tour", "first")
    product.mark("archived", "tour", "first", is_final=True)
    for _ in range(2):
        body = {"guide_key": "tour"}
        answer = api(guides, "DELETE", f"{product.root}/messages/archived", body, key=SECRET_KEY)
        assert (answer.status, answer.json) == (200, {"status": "ok"})

    assert product.shown() == ["tour"]
    message = product.message("tour", "first")
    assert (bool(message["seen_at"]), message["archived_at"]) == (True, None)


def test_a_reset_forgets_everything(product: Product) -> None:
    product.mark("archived", "tour", "first", is_final=True)
    before = product.message("tour", "first")["id"]
    assert [product.reset("tour").json for _ in range(2)] == [{"status": "ok"}] * 2

    assert product.shown() == ["tour"]
    assert not any(product.message("tour", "first").values())
    product.mark("seen", "tour", "first")
    assert product.message("tour", "first")["id"] != before


def test_what_is_done_for_one_tenant_is_not_done_for_another(product: Product) -> None:
    product.mark("archived", "tour", "first", is_final=True, tenant="acme")
    assert product.reasons(tenant="acme") == {"tour": "marked_as_archived"}
    assert product.shown() == product.shown(tenant="initech") == ["tour"]

    product.reset("tour")
    assert product.shown(tenant="acme") == []
    product.reset("tour", tenant="acme")
    assert product.shown(tenant="acme") == ["tour"]


def test_archiving_opens_a_throttle_window_unless_the_guide_is_unthrottled(product: Product) -> None:
    product.publish("banner")
    product.mark("archived", "banner", unthrottled=True)
    assert product.fetch()["guide_group_display_logs"] == {}

    product.mark("archived", "tour", "first")
    at = product.message("tour", "first")["archived_at"]
    assert product.fetch()["guide_group_display_logs"] == {"default": at}


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"guide_key": "other"}, 404, "there is no guide 'other'"),
        ({"channel_id": OTHER_CHANNEL}, 404, "there is no in-app guide channel"),
        ({"channel_id": IN_APP_CHANNEL}, 404, "there is no in-app guide channel"),
        ({"guide_step_ref": "third"}, 422, "no step 'third'; it has first, second"),
        ({"channel_id": "feed"}, 422, "channel_id"),
        ({"guide_id": "tour"}, 422, "guide_id"),
        ({"guide_key": None}, 422, "guide_key"),
        ({"tenant": "x" * 257}, 422, "tenant"),
    ],
)
def test_what_does_not_exist_is_named(
    product: Product, services: Services, change: dict[str, Any], status: int, said: str
) -> None:
    body = {"channel_id": GUIDE_CHANNEL, "guide_step_ref": "first", "guide_key": "tour", **change}
    product.mark("archived", key=body.pop("guide_key"), ref=body.pop("guide_step_ref"), **body)

    assert product.answer.status == status
    assert said in product.answer.json["message"]
    assert services.guide_engagements.of_user(ENV, "jane", None) == {}


def test_a_guide_of_another_channel_is_not_marked_here(product: Product, services: Services) -> None:
    [channel] = [one for one in services.channels.all(ENV) if one.id == GUIDE_CHANNEL]
    services.channels.put(ENV, replace(channel, id=OTHER_CHANNEL, key="second", version=0))
    product.publish("aside", guide(channel_key="second"))

    product.mark("seen", "aside")
    assert "is shown in the channel 'second'" in product.problems()["channel_id"]
    assert product.shown(channel=OTHER_CHANNEL) == ["aside"]
    assert product.shown() == ["tour"]


@pytest.mark.parametrize(
    ("verb", "extra", "field"),
    [
        ("seen", {"content": None}, "content"),
        ("interacted", {"metadata": [1]}, "metadata"),
        ("interacted", {"metadata": {"text": "x" * 9000}}, "metadata"),
        ("archived", {"is_final": "perhaps"}, "is_final"),
    ],
)
def test_a_malformed_mark_is_named(product: Product, verb: str, extra: dict[str, Any], field: str) -> None:
    product.mark(verb, "tour", "first", **extra)
    assert list(product.problems()) == [field]


def test_unarchiving_and_resetting_ask_for_a_guide_that_exists(
    product: Product, api: Callable[..., Any]
) -> None:
    assert product.reset("other").status == 404
    answer = api(guides, "DELETE", f"{product.root}/messages/archived", {"guide_key": "other"})
    assert (answer.status, answer.json["code"]) == (404, "resource_missing")


def test_nothing_is_kept_for_somebody_unknown(
    product: Product, services: Services, api: Callable[..., Any]
) -> None:
    stranger = Product(api, "stranger")
    stranger.mark("seen", "tour", "first")
    assert (stranger.answer.status, stranger.answer.json["code"]) == (404, "resource_missing")
    assert rows_naming(services, "stranger") == []


def test_a_public_key_does_not_unarchive(product: Product, api: Callable[..., Any]) -> None:
    body = {"guide_key": "tour"}
    answer = api(guides, "DELETE", f"{product.root}/messages/archived", body, key=PUBLIC_KEY)
    assert answer.status == 403
