"""`python -m admin dry-run`: what a workflow would send, to whom and when, and why not. Nothing is stored.

The deployed API plays it, so this command speaks to the API and not to the table.
"""

import argparse
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from admin.api import add_api, call_api
from admin.connection import AdminError
from admin.printing import note, print_json, print_table, second

WIDEST = 100

Json = dict[str, Any]


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workflow", help="its key")
    parser.add_argument(
        "--recipient",
        action="append",
        required=True,
        help="a user's id, collection/id of an object, or JSON with properties; for each recipient once more",
    )
    parser.add_argument("--data", default="{}", help="the trigger's data, as JSON")
    parser.add_argument("--actor", help="like a recipient")
    parser.add_argument("--tenant", help="a tenant's id")
    parser.add_argument("--environment", default="development", help="development by default")
    parser.add_argument("--draft", action="store_true", help="what was saved last, not what is committed")
    add_api(parser)
    parser.add_argument("--json", action="store_true", help="print JSON, with the content of all messages")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    played = _answer(options)["dry_run"]
    if options.json:
        print_json(played)
        return
    for run in played["runs"]:
        messages = {message["id"]: message for message in run["messages"]}
        print(f"{_whose(run, options.workflow)}: {run['status']}, {_counted(len(messages))}")
        rows = [_row(event, messages) for event in run["events"]]
        print_table(("when", "step", "what", "details"), rows, nothing="Nothing happens.")
        print()
    for left in played["without_run"]:
        print(f"{_whose(left, options.workflow)}: no run, for the workflow runs once and this one has had it")
    if played["more"]:
        print("There would be more runs than were played. Name some recipients, to see theirs.")
    note("Nothing was sent or stored; --json shows what the messages say.")


def _answer(options: argparse.Namespace) -> Json:
    path = f"/v1/workflows/{quote(options.workflow, safe='')}/run"
    return call_api(options, "PUT", path, {"environment": options.environment}, _body(options))


def _body(options: argparse.Namespace) -> Json:
    return {
        "recipients": [_person("--recipient", text) for text in options.recipient],
        "data": _read("--data", options.data),
        "actor": _person("--actor", options.actor) if options.actor else None,
        "tenant": options.tenant,
        "settings": {"sandbox_mode": True, "use_draft": options.draft},
    }


def _person(option: str, text: str) -> str | Json:
    if text.startswith("{"):
        return _read(option, text)
    collection, slash, name = text.partition("/")
    return {"collection": collection, "id": name} if slash else text


def _read(option: str, text: str) -> Json:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise AdminError(f"{option} is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise AdminError(f"{option} must be a JSON object")
    return value


def _counted(messages: int) -> str:
    return f"{messages} message{'' if messages == 1 else 's'}"


def _whose(run: Json, asked: str) -> str:
    """Names the workflow where it is not the one that was asked for."""
    name = _name(run["recipient"])
    return name if run["workflow"] == asked else f"{name}, in {run['workflow']}"


def _name(recipient: str | Json) -> str:
    return recipient if isinstance(recipient, str) else f"{recipient['collection']}/{recipient['id']}"


def _row(event: Json, messages: dict[str, Json]) -> tuple[str, str, str, str]:
    when = second(event["inserted_at"])
    what = event["event"] if event["status"] == "ok" else f"{event['event']} !"
    details = ", ".join(_details(event["data"] or {}, messages))
    return when, event["step_ref"] or "", what, details if len(details) <= WIDEST else details[:WIDEST] + "…"


def _details(data: Json, messages: dict[str, Json]) -> Iterator[str]:
    """Of a message, what has become of it."""
    for name, value in data.items():
        if name == "message_id" and value in messages:
            channel = messages[value].get("channel") or {}
            yield f"{messages[value]['status']} through {channel.get('key', messages[value]['channel_id'])}"
        elif name != "channel_type":
            yield f"{name}: {value if isinstance(value, str) else json.dumps(value)}"
