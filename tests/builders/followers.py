"""Objects and who follows them, for scenarios."""

from typing import Any

from tests.builders.world import ENV, World
from tocsin.domain.recipients import InlineRecipient, RecipientRef, user
from tocsin.domain.subscriptions import Subscription
from tocsin.lambda_kit.inline import subscription_ports
from tocsin.store.table import put_if_version
from tocsin.usecases import subscribe as subscriptions
from tocsin.usecases.identify import identify


def make(world: World, collection: str, object_id: str, **properties: Any) -> RecipientRef:
    ref = RecipientRef(collection, object_id)
    identify(world.services.recipients, ENV, ref, properties, world.now)
    return ref


def a_project(world: World, object_id: str = "p-1") -> RecipientRef:
    return make(world, "projects", object_id, name=object_id.upper())


def subscribe(world: World, object_: RecipientRef, *recipients: RecipientRef, **properties: Any) -> None:
    named = [InlineRecipient(ref, "recipients") for ref in recipients]
    subscriptions.subscribe(
        subscription_ports(world.services), ENV, object_, named, properties or None, world.now
    )


def unsubscribe(world: World, object_: RecipientRef, *recipients: RecipientRef) -> None:
    subscriptions.unsubscribe(subscription_ports(world.services), ENV, object_, recipients)


def put_followers(world: World, object_: RecipientRef, count: int) -> None:
    """Bare rows of subscriptions, where thousands are needed and nobody looks at the users."""
    store, now = world.services.subscriptions, world.now
    refs = [user(f"user-{number}") for number in range(count)]
    rows = [
        put_if_version(store._to_item(ENV, Subscription(object_, ref, now, now, {})), 0).item for ref in refs
    ]
    world.services.table.put_all(rows)


def reached(world: World) -> list[RecipientRef]:
    """Whoever has a run, as often as they have one."""
    return sorted(run.recipient for run in world.all_runs())


def texts(world: World, ref: RecipientRef) -> list[str]:
    """What a recipient's in-app messages say, oldest first."""
    contents = (world.services.messages.content(ENV, message) for message in world.messages_of(ref))
    return [content["blocks"][0]["rendered"] for content in contents]
