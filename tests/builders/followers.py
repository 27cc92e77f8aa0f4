"""Objects and who follows them, for scenarios."""

from typing import Any

from tests.builders.world import ENV, World
from tocsin.domain.recipients import InlineRecipient, RecipientRef
from tocsin.lambda_kit.inline import subscription_ports
from tocsin.usecases import subscribe as subscriptions
from tocsin.usecases.identify import identify


def make(world: World, collection: str, object_id: str, **properties: Any) -> RecipientRef:
    ref = RecipientRef(collection, object_id)
    identify(world.services.recipients, ENV, ref, properties, world.now)
    return ref


def subscribe(world: World, object_: RecipientRef, *recipients: RecipientRef, **properties: Any) -> None:
    named = [InlineRecipient(ref, "recipients") for ref in recipients]
    subscriptions.subscribe(
        subscription_ports(world.services), ENV, object_, named, properties or None, world.now
    )


def unsubscribe(world: World, object_: RecipientRef, *recipients: RecipientRef) -> None:
    subscriptions.unsubscribe(subscription_ports(world.services), ENV, object_, recipients)
