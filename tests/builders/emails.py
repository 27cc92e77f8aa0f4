"""An email on its way: what stories about delivery begin with."""

from tests.builders.world import EMAIL, World
from tocsin.contract.tasks import Deliver
from tocsin.domain.messages import Message
from tocsin.domain.recipients import RecipientRef


def queued_email(world: World) -> tuple[RecipientRef, Deliver]:
    jane = world.user("jane", email="jane@app.test")
    world.workflow("mail", [EMAIL])
    world.trigger("mail", "jane")
    for task in world.runs.take():
        world.run(task)
    [deliver] = world.delivery.take()
    return jane, deliver


def only_message(world: World, ref: RecipientRef) -> Message:
    [message] = world.messages_of(ref)
    return message
