"""`python -m admin sources`, as an operator types it."""

import json

from admin.connection import Stores
from tests.builders.terminal import Terminal

SHOP = json.dumps({"name": "Shop"})


def test_a_source_is_set_given_a_secret_and_removed(seeded: Terminal, stores: Stores) -> None:
    said = seeded.out("sources", "set", "shop", "-", stdin=SHOP)
    assert said == "The source shop (http) is set; it holds within a minute.\n"

    secret = seeded.out("sources", "secret", "shop", "--environment", "production").strip()
    source = stores.event_sources.get("shop")
    assert source is not None
    assert source.within("production").opens_with(secret, stores.clock())
    assert not source.within("development").opens_with(secret, stores.clock())

    assert "shop  http  production        0" in seeded.out("sources", "list")
    [shown] = json.loads(seeded.out("sources", "list", "--json"))
    endpoint = shown["environment_settings"]["production"]["settings"]["endpoint"]
    assert endpoint == "/v1/integrations/receive/production/shop"

    seeded.out("sources", "remove", "shop")
    assert stores.event_sources.all() == []


def test_what_is_wrong_is_said_in_a_sentence(seeded: Terminal) -> None:
    code, _, err = seeded.run("sources", "secret", "nobody", "--environment", "production")

    assert (code, "there is no source 'nobody'" in err) == (1, True)


def test_a_source_on_the_bus_is_given_no_secret(seeded: Terminal) -> None:
    orders = {
        "name": "Orders",
        "kind": "eventbridge",
        "environment_settings": {"production": {"settings": {"event_bus_source": "com.acme"}}},
    }
    seeded.out("sources", "set", "orders", "-", stdin=json.dumps(orders))

    code, _, err = seeded.run("sources", "secret", "orders", "--environment", "production")

    assert (code, err.startswith("admin: key: a source of the kind eventbridge has no secret")) == (1, True)
