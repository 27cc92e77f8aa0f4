"""Workflows of every shape, and the story of which the ledger is kept: from a trigger to the last message."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from tests.builders.batches import batch, feed
from tests.builders.waits import of_message, that, wait_for
from tests.builders.ways import branch, fetch, note, otherwise, throttle, trigger_workflow, update, when
from tests.builders.world import EMAIL, ENV, IN_APP, World, delay
from tests.costs.vendors import CHAT, PUSH, SMS, WEBHOOK
from tocsin.domain.messages import Mark, marked
from tocsin.domain.recipients import user
from tocsin.domain.send_windows import DAYS
from tocsin.usecases.fan_out import PAGE
from tocsin.usecases.mark_messages import MarkPorts, mark_message

Story = Callable[[World, list[str]], None]
# In-app messages are made by a page. What goes out is a delivery for each, and the same for any number of them.
BUCKET, SENT = 100, 10
# It is noon when a world begins.
MORNINGS = [{"day": day, "type": "send", "from": "09:00:00", "until": "11:00:00"} for day in DAYS]

# As designers' tools write them: much of it says the same again and again.
_CELL = '<tr><td style="padding: 8px 16px; font-family: Helvetica, Arial, sans-serif">{{ data.text }} %d</td></tr>'
_HTML = f'<table role="presentation">{"".join(_CELL % number for number in range(210))}</table>'
LONG_EMAIL: dict[str, Any] = {
    **EMAIL,
    "template": {"subject": "Your plan", "html_body": _HTML, "settings": {"layout_key": None}},
}


class Shape(NamedTuple):
    """The ledger says what each of the `triggers` of its `story` costs for each of the recipients. `others` are the
    workflows that are there as well. `listens`: what changes in the table is listened to, which costs who waits.
    `connected`: recipients have devices and chats, too."""

    steps: list[dict[str, Any]]
    story: Story
    recipients: int = 1
    triggers: int = 1
    others: Mapping[str, list[dict[str, Any]]] = MappingProxyType({})
    listens: bool = False
    connected: bool = False


def once(waits: int = 0) -> Story:
    """A trigger, and so many seconds."""

    def story(world: World, recipients: list[str]) -> None:
        world.trigger("shape", *recipients, data={"text": "Hi", "n": 1})
        world.settle()
        if waits:
            world.advance(waits)

    return story


def ten(world: World, recipients: list[str]) -> None:
    for number in range(10):
        world.trigger("shape", *recipients, data={"n": number})
        world.settle()
    world.advance(61)


def read(world: World, recipients: list[str]) -> None:
    """The message is, at once; when the wait would have ended, the wheel finds nobody who waits."""
    once()(world, recipients)
    services, [message] = world.services, world.messages_of(user(*recipients))
    ports = MarkPorts(services.message_lists, services.messages, services.feeds, world.clock)
    world.now = world.now.replace(second=world.now.second + 1)
    mark_message(ports, ENV, message.id, lambda one: marked(one, Mark.READ, world.now))
    world.settle()
    world.advance(3660)


def of_a_page(step: dict[str, Any], recipients: int = SENT, **more: Any) -> Shape:
    return Shape([step], once(), recipients, **more)


# The row of each channel by itself is its name.
CHANNELS = {
    "in-app": Shape([IN_APP], once()),
    "email": Shape([EMAIL], once()),
    "sms": Shape([SMS], once()),
    "push": Shape([PUSH], once(), connected=True),
    "chat": Shape([CHAT], once(), connected=True),
    "webhook": Shape([WEBHOOK], once()),
    f"in-app, each of a page of {PAGE}": of_a_page(IN_APP, PAGE),
    f"email, each of a page of {SENT}": of_a_page(EMAIL),
    f"sms, each of a page of {SENT}": of_a_page(SMS),
    f"push, each of a page of {SENT}": of_a_page(PUSH, connected=True),
    f"chat, each of a page of {SENT}": of_a_page(CHAT, connected=True),
    f"webhook, each of a page of {SENT}": of_a_page(WEBHOOK),
}

SHAPES = {
    "nothing but an end": Shape([branch(when("data.text", "Bye", IN_APP), otherwise())], once()),
    "email of 20 kB": Shape([LONG_EMAIL], once()),
    "in-app and email": Shape([IN_APP, EMAIL], once()),
    "delay, email": Shape([delay(60), EMAIL], once(61)),
    "email in its send window": Shape([{**EMAIL, "send_windows": MORNINGS}], once(24 * 3600)),
    "branch, in-app": Shape([branch(when("data.text", "Hi", IN_APP), otherwise())], once()),
    "throttle, in-app": Shape([throttle(), IN_APP], once()),
    "batch of 10, in-app, each trigger": Shape([batch(60), feed()], ten, triggers=10),
    "fetch, in-app": Shape([fetch("https://api.test"), IN_APP], once()),
    "update_user, in-app": Shape([update("user", '{"visits": 1}'), IN_APP], once()),
    "trigger_workflow, in-app there": Shape([trigger_workflow("child")], once(), others={"child": [IN_APP]}),
    "in-app, wait_for_event, in-app": Shape(
        [
            IN_APP,
            wait_for(of_message("read", "shape"), [that("event.step_ref", "in_app_1")]),
            note("!", "thanks"),
        ],
        read,
        listens=True,
    ),
}

# What they share is what makes them cheap: a page, a bucket of WHEEL, a batch.
CROWDS = {
    "fetch, in-app, each of a page of 10": Shape([fetch("https://api.test"), IN_APP], once(), recipients=10),
    f"delay, in-app, each of a page of {BUCKET}": Shape([delay(60), IN_APP], once(61), recipients=BUCKET),
}
