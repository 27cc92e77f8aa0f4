"""`python -m admin channel-groups`: list, set and remove channel groups."""

import argparse
from typing import Any

from admin.connection import Stores
from admin.input_files import read_object
from admin.options import add_connection, connected
from admin.printing import print_json, print_table
from tocsin.contract.channel_groups import channel_group_out
from tocsin.domain.channel_groups import ChannelGroup
from tocsin.usecases.configure_channel_groups import remove_channel_group, set_channel_group
from tocsin.usecases.configure_channels import everywhere


def add_to(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="action")
    listing = actions.add_parser("list", help="which groups there are, with their channels")
    add_connection(listing)
    listing.set_defaults(run=_list)
    change = actions.add_parser("set", help="make a group, or replace it")
    _add_key(change)
    change.add_argument("file", help="the group as JSON, as the API takes it; `-` reads it from stdin")
    change.set_defaults(run=_set)
    remove = actions.add_parser("remove", help="take a group away that no workflow uses")
    _add_key(remove)
    remove.set_defaults(run=_remove)


def _add_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", help="the group's key, such as mobile")
    add_connection(parser)


def _list(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        groups = stores.channel_groups.all()
        shown = [_shown(stores, group) for group in groups]
    if options.json:
        print_json(shown)
        return
    print_table(
        ("key", "type", "operator", "channels"),
        (
            (group.key, group.channel_type, group.operator.value, ", ".join(group.channel_keys()) or "none")
            for group in groups
        ),
        nothing="There is no channel group; `channel-groups set` makes one.",
    )


def _set(options: argparse.Namespace) -> None:
    sent = read_object(options.file, "with name, channel_type, operator and channel_rules")
    with connected(options) as stores:
        group = set_channel_group(stores.channel_group_ports, options.key, sent, stores.clock())
        shown = _shown(stores, group)
    if options.json:
        print_json(shown)
        return
    channels = ", ".join(group.channel_keys()) or "no channels"
    print(f"The channel group {group.key} ({group.channel_type}) has {channels}; steps use it at once.")


def _remove(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        group = remove_channel_group(stores.channel_group_ports, options.key)
    if options.json:
        print_json({"key": group.key})
        return
    print(f"The channel group {group.key} is removed; its channels stay.")


def _shown(stores: Stores, group: ChannelGroup) -> dict[str, Any]:
    known = everywhere(stores.environments, stores.channels)
    return channel_group_out(group, {key: next(iter(found.values())) for key, found in known.items()})
