"""Fetch steps that sign their requests, verified as whoever gets them does: by the secret and the headers alone."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest

from tests.builders.http_sink import Seen, Sink, answer, http_sink
from tests.builders.ways import fetch
from tests.builders.world import ENV, World
from tocsin.channels.outbound.client import HttpClient
from tocsin.channels.outbound.fetching import Fetcher
from tocsin.domain.ids import random_secret
from tocsin.usecases.request_secrets import RequestSecretPorts, make_request_secret, request_secrets


@pytest.fixture
def server(world: World) -> Iterator[Sink]:
    with http_sink() as running:
        client, services = HttpClient(frozenset({running.host})), world.services
        secrets = partial(request_secrets, services.environments, services.request_secrets, ENV, world.clock)
        world.perform = Fetcher(client.send, secrets, world.clock).perform
        world.user("jane", name="Jåne")
        yield running


def run(world: World, *steps: dict[str, object]) -> None:
    world.workflow("welcome", list(steps))
    world.trigger("welcome", "jane")
    world.settle()


def made_secret(world: World) -> str:
    services = world.services
    ports = RequestSecretPorts(
        services.environments, services.request_secrets, services.new_uuid, random_secret
    )
    return make_request_secret(ports, ENV, world.now).secret


def signed_at(seen: Seen, secret: str) -> int:
    """Milliseconds, once the header holds; as the reference tells receivers to verify it."""
    t, s = (part[2:] for part in seen.headers["x-knock-signature"].split(",", 1))
    digest = hmac.new(secret.encode(), f"{t}.".encode() + seen.body, hashlib.sha256).digest()
    assert s == base64.b64encode(digest).decode()
    return int(t)


def signatures(seen: Seen, secret: str) -> bool:
    """Whether one of Standard Webhooks' signatures is by the secret."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = ".".join((seen.headers["webhook-id"], seen.headers["webhook-timestamp"], seen.body.decode()))
    mine = base64.b64encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()).decode()
    return f"v1,{mine}" in seen.headers["webhook-signature"].split(" ")


def test_each_try_is_signed_by_its_own_time(world: World, server: Sink) -> None:
    secret = made_secret(world)
    server.plays = [answer(500), answer(200)]
    begun = world.now
    run(
        world,
        fetch(server.url, method="post", body='{"who": {{ recipient.name | json }}}', sign_request=True),
    )
    world.advance(32)

    first, second = server.seen
    assert first.body == second.body == '{"who": "Jåne"}'.encode()
    assert signed_at(first, secret) == int(begun.timestamp() * 1000)
    assert signed_at(second, secret) >= signed_at(first, secret) + 30_000
    assert all(signatures(seen, secret) for seen in server.seen)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_what_has_no_body_is_signed_too_and_what_nobody_wants_signed_is_not(
    world: World, server: Sink
) -> None:
    secret = made_secret(world)
    run(world, fetch(server.url, sign_request=True), {**fetch(server.url), "ref": "fetch_2"})

    first, second = server.seen
    assert signed_at(first, secret)
    assert not {"x-knock-signature", "webhook-signature"} & second.headers.keys()


def test_while_a_new_secret_takes_over_both_sign(world: World, server: Sink) -> None:
    old, new = made_secret(world), made_secret(world)
    run(world, fetch(server.url, sign_request=True))
    world.now += timedelta(days=1)
    run(world, fetch(server.url, sign_request=True))

    assert signed_at(server.seen[0], new)
    by = [[signatures(seen, secret) for secret in (old, new)] for seen in server.seen]
    assert by == [[True, True], [False, True]]


def test_without_a_secret_nothing_goes_out_unsigned(world: World, server: Sink) -> None:
    run(world, fetch(server.url, sign_request=True))
    assert server.seen == []
    [failed] = [event.data for event in world.only_run().events if event.event == "step_failed"]
    assert (failed or {})["reason"] == "no_signing_secret"
