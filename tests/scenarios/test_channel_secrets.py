"""Secrets of a channel on the way of a message: what the channel names is there, or nothing goes out."""

from dataclasses import replace
from datetime import timedelta

from tests.builders.outside import Provider
from tests.builders.world import EMAIL, ENV, World
from tocsin.channels.base import Outgoing, Sent
from tocsin.domain.messages import Status


class Signing(Provider):
    """Asks for the channel's secrets, as providers do that need some."""

    def send(self, outgoing: Outgoing) -> Sent:
        self.signed = dict(outgoing.secrets())
        return super().send(outgoing)


def _a_message_on_a_channel_with(world: World, *secrets: str) -> str:
    """The channel's id."""
    channel = next(one for one in world.services.channels.all(ENV) if one.key == "email")
    world.services.channels.put(ENV, replace(channel, secrets=secrets))
    world.provider = Signing()
    world.user("jane", email="jane@app.test")
    world.workflow("mail", [EMAIL])
    world.trigger("mail", "jane")
    return channel.id


def _status(world: World) -> Status:
    [message] = world.messages_of(world.user("jane"))
    return message.status


def test_a_provider_gets_the_secrets_that_the_channel_names(world: World) -> None:
    channel_id = _a_message_on_a_channel_with(world, "signing_key")
    world.services.channel_secrets.put(ENV, channel_id, "signing_key", "s3cret")
    world.services.channel_secrets.put(ENV, channel_id, "forgotten", "old")

    world.settle()

    assert isinstance(world.provider, Signing)
    assert world.provider.signed == {"signing_key": "s3cret"}


def test_without_one_of_them_nothing_goes_out_until_it_is_set(world: World) -> None:
    channel_id = _a_message_on_a_channel_with(world, "signing_key")
    for task in world.runs.take():
        world.run(task)
    [delivery] = world.delivery.take()
    assert world.deliver(delivery) == "retry"
    assert (_status(world), world.provider.calls) == (Status.DELIVERY_ATTEMPTED, 0)
    [message] = world.messages_of(world.user("jane"))
    assert "lacks its secret 'signing_key'; set it again" in str(message.events[-1].data)

    world.services.channel_secrets.put(ENV, channel_id, "signing_key", "s3cret")
    world.now += timedelta(seconds=30)
    world.settle()
    assert (_status(world), world.provider.calls) == (Status.SENT, 1)


def test_a_channel_that_names_none_asks_for_none(world: World) -> None:
    _a_message_on_a_channel_with(world)
    world.settle()
    assert isinstance(world.provider, Signing)
    assert world.provider.signed == {}
