"""`python -m admin dead-letters`: messages that no provider took, listed and sent again.

The deployed API does it, so this command speaks to the API and not to the table.
"""

import argparse
from collections.abc import Iterator
from typing import Any

from admin.api import add_api, call_api
from admin.connection import AdminError
from admin.printing import note, print_json, print_table, second

PATH = "/v1/dead_letters"
PAGE = 100
WIDEST = 80

Json = dict[str, Any]


def add_to(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="action")
    listing = actions.add_parser("list", help="which messages found no provider that works, and why")
    _add_common(listing)
    listing.set_defaults(run=_list)
    replay = actions.add_parser("replay", help="send them again, with all their tries")
    _add_common(replay)
    replay.add_argument(
        "--message", action="append", metavar="ID", help="this one alone; may come several times"
    )
    replay.add_argument("--all", action="store_true", help="every dead letter of the environment")
    replay.set_defaults(run=_replay)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", default="development", help="development by default")
    parser.add_argument("--channel", metavar="KEY", help="only those of this channel")
    parser.add_argument("--workflow", metavar="KEY", help="only those of this workflow")
    parser.add_argument(
        "--since", metavar="TIME", help="given up then or later, such as 2027-01-31T12:00:00Z"
    )
    parser.add_argument("--until", metavar="TIME", help="given up before then")
    add_api(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def _list(options: argparse.Namespace) -> None:
    letters = list(_letters(options))
    if options.json:
        print_json(letters)
        return
    print_table(
        ("undelivered at", "channel", "workflow", "message", "reason", "details"),
        (
            (
                second(one["undelivered_at"]),
                one["channel_key"] or one["channel_id"],
                one["workflow"],
                one["message_id"],
                one["failure_reason"],
                one["failure_details"][:WIDEST],
            )
            for one in letters
        ),
        nothing="There are no such dead letters.",
    )


def _letters(options: argparse.Namespace) -> Iterator[Json]:
    query = {"environment": options.environment, "limit": str(PAGE), **_described(options)}
    while True:
        page = call_api(options, "GET", PATH, query)
        yield from page["entries"]
        if page["page_info"]["after"] is None:
            return
        query["after"] = page["page_info"]["after"]


def _replay(options: argparse.Namespace) -> None:
    """Page by page. Cut off, it has replayed what it has told; the same again replays the rest."""
    replayed: list[str] = []
    skipped = 0
    for answer in _replays(options):
        replayed += answer["replayed"]
        skipped += answer["skipped"]
        note(f"{len(replayed)} sent again, {skipped} skipped")
    if options.json:
        print_json({"replayed": replayed, "skipped": skipped})
    elif skipped:
        print("Skipped are messages that are gone, on their way or delivered by now.")


def _replays(options: argparse.Namespace) -> Iterator[Json]:
    described = _described(options)
    if not (options.message or described or options.all) or (options.message and (described or options.all)):
        raise AdminError(
            "which ones? Name messages with --message, or describe them with --channel, --workflow, --since and"
            " --until, or say --all"
        )
    where = {"environment": options.environment}
    if options.message:
        for start in range(0, len(options.message), PAGE):
            ids = options.message[start : start + PAGE]
            yield call_api(options, "POST", f"{PATH}/replay", where, {"message_ids": ids})
        return
    body: Json = {**described, "limit": PAGE}
    while True:
        answer = call_api(options, "POST", f"{PATH}/replay", where, body)
        yield answer
        if answer["after"] is None:
            return
        body["after"] = answer["after"]


def _described(options: argparse.Namespace) -> dict[str, str]:
    said = {
        "channel_key": options.channel,
        "workflow": options.workflow,
        "since": options.since,
        "until": options.until,
    }
    return {name: value for name, value in said.items() if value}
