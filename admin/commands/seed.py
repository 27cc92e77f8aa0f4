"""`python -m admin seed`: what an account needs before its first call."""

import argparse

from admin.connection import AdminError
from admin.options import add_connection, connected
from admin.printing import print_json
from admin.seed import Sender, seed


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sender", help="address that emails come from; SES must have verified it")
    parser.add_argument("--sender-name", help="name that emails come from")
    add_connection(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    if options.sender_name and not options.sender:
        raise AdminError("--sender-name goes with --sender")
    sender = Sender(options.sender, options.sender_name) if options.sender else None
    with connected(options) as stores:
        seeded = seed(stores, sender)
    if options.json:
        print_json({"channels": seeded.channels, "changes": seeded.changes})
        return
    for change in seeded.changes:
        print(f"made {change}")
    if not seeded.changes:
        print("nothing to do: everything is there")
    for key, channel_id in sorted(seeded.channels.items()):
        print(f"channel {key}: {channel_id}")
