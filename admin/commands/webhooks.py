"""`python -m admin webhooks`: who is told of events, what was sent to them, and samples to try them with.

The deployed API does it, so this command speaks to the API and not to the table.
"""

import argparse
import time
from typing import Any

from admin.api import add_api, call_api
from admin.connection import AdminError
from admin.printing import note, print_json, print_table, second

PATH = "/v1/webhooks"
PAGE = 50
WIDEST = 80
# A sample is tried once, and an endpoint has 15 seconds; the queue before it is short.
PATIENCE_SECONDS, PAUSE_SECONDS = 60.0, 0.5

Json = dict[str, Any]


def add_to(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="action")
    _add_changes(actions)
    _add_named(actions, "enable", "send it events again, from now on").set_defaults(run=_enable)
    _add_named(actions, "disable", "send it nothing more").set_defaults(run=_disable)
    _add_named(actions, "delete", "take it away, with its secrets").set_defaults(run=_delete)
    rotate = _add_named(
        actions, "rotate-secret", "a new secret, shown this once; the old one signs for a day"
    )
    rotate.set_defaults(run=_rotate)
    test = _add_named(actions, "test", "send it a sample of an event and show what it answers")
    test.add_argument("--event", default="message.delivered", help="message.delivered by default")
    test.set_defaults(run=_test)
    deliveries = _add_named(actions, "deliveries", "what was sent to it within thirty days, the latest first")
    deliveries.add_argument("--status", choices=("pending", "delivered", "failed"), help="only those")
    deliveries.add_argument(
        "--limit", type=int, default=PAGE, help=f"how many, {PAGE} by default, 100 at most"
    )
    deliveries.set_defaults(run=_deliveries)
    replay = _add_named(actions, "replay", "send one event again, with all its tries")
    replay.add_argument("event", help="the event's id, as `deliveries` lists it")
    replay.set_defaults(run=_replay)


def _add_changes(actions: Any) -> None:
    create = actions.add_parser("create", help="tell an endpoint of events; its secret is shown this once")
    create.add_argument("url", help="where to POST them, such as https://app.example.com/hooks")
    _add_fields(create)
    _add_common(create)
    create.set_defaults(run=_create)
    listing = actions.add_parser("list", help="which webhooks there are, and how they fare")
    _add_common(listing)
    listing.set_defaults(run=_list)
    update = _add_named(actions, "update", "change what it hears, or where")
    update.add_argument("--url", help="where to POST events from now on")
    _add_fields(update)
    update.add_argument("--all-events", action="store_true", help="hear every event")
    update.set_defaults(run=_update)


def _add_named(actions: Any, name: str, explained: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=explained)
    parser.add_argument("webhook", help="its id, as `webhooks list` shows it")
    _add_common(parser)
    return parser


def _add_fields(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--event",
        action="append",
        metavar="TYPE",
        help="hear this one, such as message.delivered; may be repeated",
    )
    parser.add_argument("--description", help="for people")


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", default="development", help="development by default")
    add_api(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def _create(options: argparse.Namespace) -> None:
    created = _call(options, "POST", "", {"webhook": {"url": options.url, **_fields(options)}})
    if options.json:
        print_json(created)
        return
    print(created["secret"])
    note(f"The webhook {created['webhook']['id']} hears of events within ten seconds.")
    note("This is the only time that its secret is shown: whoever verifies needs it.")


def _fields(options: argparse.Namespace) -> Json:
    said = {"event_types": options.event, "description": options.description}
    return {name: value for name, value in said.items() if value is not None}


def _list(options: argparse.Namespace) -> None:
    webhooks = _call(options, "GET", "")["entries"]
    if options.json:
        print_json(webhooks)
        return
    print_table(
        ("id", "url", "events", "state"),
        ((one["id"], one["url"], ", ".join(one["event_types"]) or "all", _state(one)) for one in webhooks),
        nothing="There is no webhook here; `webhooks create` makes one.",
    )


def _state(webhook: Json) -> str:
    if not webhook["enabled"]:
        return f"disabled: {webhook['disabled_because']}" if webhook["disabled_because"] else "disabled"
    return f"failing since {webhook['failing_since']}" if webhook["failing_since"] else "enabled"


def _update(options: argparse.Namespace) -> None:
    if options.all_events and options.event:
        raise AdminError("--all-events or --event: one of the two")
    changes = _fields(options) | ({"url": options.url} if options.url else {})
    changes |= {"event_types": []} if options.all_events else {}
    if not changes:
        raise AdminError("what should change? Name --url, --event, --all-events or --description")
    _change(options, changes)


def _enable(options: argparse.Namespace) -> None:
    _change(options, {"enabled": True})


def _disable(options: argparse.Namespace) -> None:
    _change(options, {"enabled": False})


def _change(options: argparse.Namespace, changes: Json) -> None:
    changed = _call(options, "PUT", f"/{options.webhook}", {"webhook": changes})["webhook"]
    if options.json:
        print_json(changed)
        return
    heard = ", ".join(changed["event_types"]) or "every event"
    print(f"{changed['url']} hears {heard}: {_state(changed)}. This holds within ten seconds.")


def _rotate(options: argparse.Namespace) -> None:
    created = _call(options, "POST", f"/{options.webhook}/secret")
    if options.json:
        print_json(created)
        return
    print(created["secret"])
    note("This is the only time it is shown.")
    if created["previous_ends_at"]:
        note(f"webhook-signature has the one before it, too, until {created['previous_ends_at']}.")
    note("x-knock-signature has room for one, and that is the new one already.")


def _delete(options: argparse.Namespace) -> None:
    _call(options, "DELETE", f"/{options.webhook}")
    if options.json:
        print_json({"id": options.webhook})
        return
    print(f"The webhook {options.webhook} is gone, and so is what was on its way to it.")


def _test(options: argparse.Namespace) -> None:
    """Its answer is written down by whoever posts, so it takes a moment."""
    delivery = _call(options, "POST", f"/{options.webhook}/test", {"event_type": options.event})
    deadline = time.monotonic() + PATIENCE_SECONDS
    while delivery["status"] == "pending":
        if time.monotonic() > deadline:
            raise AdminError(
                f"nobody has sent the sample within {PATIENCE_SECONDS:.0f} seconds: look at the webhooks function"
            )
        time.sleep(PAUSE_SECONDS)
        delivery = _call(options, "GET", f"/{options.webhook}/deliveries/{delivery['event_id']}")
    if options.json:
        print_json(delivery)
    else:
        print(_told(delivery["tries"][-1]))
    if delivery["status"] == "failed":
        raise AdminError("the webhook did not take the sample; it takes one by answering 2xx")


def _told(tried: Json) -> str:
    answer = tried["answer"][:WIDEST]
    return answer if tried["status"] is None else f"HTTP {tried['status']} {answer}".rstrip()


def _deliveries(options: argparse.Namespace) -> None:
    query = {"limit": str(options.limit), **({"status": options.status} if options.status else {})}
    found = _call(options, "GET", f"/{options.webhook}/deliveries", query=query)["entries"]
    if options.json:
        print_json(found)
        return
    print_table(
        ("event at", "event", "id", "status", "tries", "last answer"),
        (
            (
                second(one["event_at"]),
                one["event_type"] + (" (sample)" if one["sample"] else ""),
                one["event_id"],
                one["status"],
                str(len(one["tries"])),
                _told(one["tries"][-1]) if one["tries"] else "",
            )
            for one in found
        ),
        nothing="Nothing was sent to it within thirty days.",
    )


def _replay(options: argparse.Namespace) -> None:
    delivery = _call(options, "POST", f"/{options.webhook}/deliveries/{options.event}/replay")
    if options.json:
        print_json(delivery)
        return
    print(f"{delivery['event_type']} is on its way again; `webhooks deliveries` shows what becomes of it.")


def _call(
    options: argparse.Namespace, method: str, path: str, body: Json | None = None, query: Json | None = None
) -> Json:
    where = {"environment": options.environment, **(query or {})}
    return call_api(options, method, f"{PATH}{path}", where, body)
