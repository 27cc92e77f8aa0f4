"""A recipient with everything that may hang on it, and a look at every row of the table for what still names it."""

from datetime import datetime
from typing import Any

from tests.builders.account import IN_APP_CHANNEL
from tests.builders.messages import ENV, a_draft, an_email, put
from tests.builders.schedules import schedule
from tests.builders.world import IN_APP, START, World
from tocsin.domain import json_text
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.preferences import PreferenceSet
from tocsin.domain.recipients import USERS, InlineRecipient, RecipientRef, user
from tocsin.lambda_kit.inline import inline_ports
from tocsin.lambda_kit.services import Services
from tocsin.store.attributes import from_attributes
from tocsin.usecases.audiences import AudiencePorts, add_members
from tocsin.usecases.identify import identify
from tocsin.usecases.subscribe import SubscriptionPorts, subscribe

PROJECT = RecipientRef("projects", "p#1/%")


def furnish(services: Services, ref: RecipientRef, *, messages: int = 3) -> None:
    """Preferences, data of a channel, subscriptions both ways, a schedule, an audience, messages."""
    world = World(services)
    identify(services.recipients, ENV, ref, {"name": "N"}, world.now)
    services.preferences.put(ENV, ref, PreferenceSet("default", {"workflows": {"a": True}}), world.now)
    services.channel_data.put(ENV, ref, {IN_APP_CHANNEL: {"tokens": ["t"]}})
    follow(services, PROJECT, ref)
    if ref.collection == USERS:
        ports = AudiencePorts(inline_ports(services), services.audiences)
        twice = [(InlineRecipient(ref, ""), tenant) for tenant in (None, "acme")]
        add_members(ports, ENV, "vip", twice, world.now, create=True)
    else:
        follow(services, ref, *(user(f"fan {number}") for number in range(5)))
    if services.definitions.head(ENV, DefinitionKind.WORKFLOW, "reminder") is None:
        world.workflow("reminder", [IN_APP])
    recipient: Any = ref.id if ref.collection == USERS else {"id": ref.id, "collection": ref.collection}
    if ref.collection == USERS or not set(ref.id) & {"/", "#"}:
        schedule(world, "reminder", recipient, scheduled_at="2027-01-01T00:00:00Z")
    put(
        services,
        *(draft(number, recipient=ref) for number in range(messages) for draft in (a_draft, an_email)),
    )


def follow(
    services: Services, followed: RecipientRef, *followers: RecipientRef, at: datetime = START
) -> None:
    ports = SubscriptionPorts(inline_ports(services), services.subscriptions)
    wanted = [InlineRecipient(follower, "") for follower in followers]
    subscribe(ports, ENV, followed, wanted, None, at)


def rows_naming(services: Services, text: str) -> list[tuple[str, str]]:
    """Keys of all rows in which the text occurs, keys included. Triggers' own records are not the recipient's."""
    client = services.table._client
    pages = client.get_paginator("scan").paginate(TableName=services.table._name)
    rows = [from_attributes(row) for page in pages for row in page["Items"]]
    return [
        (row["pk"], row["sk"])
        for row in rows
        if text in json_text.dumps(row) and "WORKFLOW_RUN" not in row["pk"]
    ]
