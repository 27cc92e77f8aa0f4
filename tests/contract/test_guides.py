"""Guides, told with the official client in its strict mode, and held against the reference's own document where that is
at hand. The older generation of marks, which the client has left behind, is sent over the same wire."""

from collections.abc import Callable
from typing import Any

import pytest
from knockapi import Knock, NotFoundError
from knockapi.types.users import GuideGetChannelResponse

from tests.builders.guides import GUIDE_CHANNEL, Product, add_channel, guide, known
from tests.builders.in_process import Gateway
from tests.contract import reference
from tocsin.lambda_kit.services import Services

GROUP = ("/v1/users/{user_id}/guides",)


@pytest.fixture
def told(knock: Knock, gateway: Gateway, services: Services, api: Callable[..., Any]) -> Gateway:
    """The whole story, once; what was said is kept by the gateway."""
    _furnish(services, Product(api))
    tell(knock)
    return gateway


def _furnish(services: Services, product: Product) -> None:
    add_channel(services)
    known(services, "jane", plan="pro")
    patterns = [{"directive": "allow", "pathname": "/produce/*", "search": "role=admin"}]
    product.publish("tour", guide(activation_url_patterns=patterns))
    product.publish("for-vips", guide(target_audience_key="vip"))
    product.publish("off")
    product.switch("off", on=False)


def tell(knock: Knock) -> None:
    guides = knock.users.guides
    [entry] = _fetch(knock, data='{"page": 1}', type="banner").entries
    step = (entry.steps or [])[0]
    named: dict[str, Any] = {
        "channel_id": GUIDE_CHANNEL,
        "guide_id": entry.id,
        "guide_key": entry.key,
        "guide_step_ref": step.ref,
    }
    guides.mark_message_as_seen("jane", **named, content=step.content or {}, data={"page": 1})
    guides.mark_message_as_interacted("jane", **named, metadata={"score": 8})
    guides.mark_message_as_archived("jane", **named, is_final=True, unthrottled=False)
    assert "tour" in {one.key for one in _fetch(knock).ineligible_guides}
    assert guides.unarchive_guide_message("jane", guide_key="tour").status == "ok"
    [entry] = _fetch(knock).entries
    message = (entry.steps or [])[0].message
    assert message is not None
    assert (bool(message.seen_at), message.archived_at) == (True, None)
    _older_generation(knock, str(message.id), named)
    assert _fetch(knock).guide_group_display_logs["default"]
    guides.reset_guide_engagements("jane", guide_key="tour")
    assert _fetch(knock, tenant="acme").entries[0].key == "tour"


def _older_generation(knock: Knock, message_id: str, named: dict[str, Any]) -> None:
    for verb in ("seen", "interacted", "archived"):
        body = named | ({"content": {}} if verb == "seen" else {})
        path = f"/v1/users/jane/guides/messages/{message_id}/{verb}"
        assert knock.put(path, cast_to=dict[str, str], body=body) == {"status": "ok"}


def _fetch(knock: Knock, **query: Any) -> GuideGetChannelResponse:
    return knock.users.guides.get_channel("jane", GUIDE_CHANNEL, **query)


def test_every_answer_fits_the_reference_and_no_operation_is_left_out(
    told: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {exchange.status for exchange in told.exchanges} == {200}
    path = reference.require()
    known_operations = list(reference.operations(path, GROUP))
    said: dict[str, list[str]] = {}
    for exchange in told.exchanges:
        operation = reference.operation_of(exchange, known_operations)
        assert operation is not None, exchange
        said.setdefault(str(operation), []).extend(reference.problems(exchange, operation, path))
    with capsys.disabled():
        print(f"\n{len(said)} of {len(known_operations)} operations of the reference covered")
    assert [problem for found in said.values() for problem in found] == []
    assert [str(operation) for operation in known_operations if str(operation) not in said] == []


def test_the_client_knows_an_error_of_ours(knock: Knock, services: Services, api: Callable[..., Any]) -> None:
    _furnish(services, Product(api))
    with pytest.raises(NotFoundError, match="there is no guide 'other'"):
        knock.users.guides.reset_guide_engagements("jane", guide_key="other")
