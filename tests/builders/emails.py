"""Emails on their way: what stories about delivery begin with."""

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


def queued_emails(world: World, count: int) -> list[Deliver]:
    """One to each of so many users."""
    world.workflow("mail", [EMAIL])
    for number in range(count):
        world.user(f"user-{number}", email=f"{number}@app.test")
    world.trigger("mail", *(f"user-{number}" for number in range(count)))
    for task in world.runs.take():
        world.run(task)
    return list(world.delivery.take())


def only_message(world: World, ref: RecipientRef) -> Message:
    [message] = world.messages_of(ref)
    return message
