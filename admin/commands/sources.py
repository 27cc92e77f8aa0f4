"""`python -m admin sources`: list, set, give a secret to and remove sources of events."""

import argparse
from typing import Any

from admin.connection import Stores
from admin.input_files import read_object
from admin.options import add_connection, connected
from admin.printing import day, note, print_json, print_table
from tocsin.contract.credentials import created_secret_out
from tocsin.contract.event_sources import source_out
from tocsin.domain.event_sources import EventSource
from tocsin.usecases.configure_sources import create_secret, remove_source, set_source

# The table does not know at which host its API is reached; an endpoint is shown from its path on.
ORIGIN = ""


def add_to(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="action")
    listing = actions.add_parser("list", help="which sources there are")
    add_connection(listing)
    listing.set_defaults(run=_list)
    change = actions.add_parser("set", help="make a source, or change it")
    _add_key(change)
    change.add_argument("file", help="the source as JSON, as the API takes it; `-` reads it from stdin")
    change.set_defaults(run=_set)
    secret = actions.add_parser("secret", help="a new secret for one environment, shown this once")
    _add_key(secret)
    secret.add_argument("--environment", required=True, help="where events sent with it are for")
    secret.set_defaults(run=_secret)
    remove = actions.add_parser("remove", help="take a source away, in all environments")
    _add_key(remove)
    remove.set_defaults(run=_remove)


def _add_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", help="the source's key, such as stripe")
    add_connection(parser)


def _list(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        sources = stores.event_sources.all()
        shown = [_shown(stores, source) for source in sources]
    if options.json:
        print_json(shown)
        return
    print_table(
        ("key", "kind", "with a secret in", "mappings"),
        ((one.key, one.kind.value, _opened(one), _mapped(one)) for one in sources),
        nothing="There is no source; `sources set` makes one.",
    )


def _opened(source: EventSource) -> str:
    return ", ".join(slug for slug, one in source.environments.items() if one.secrets) or "none"


def _mapped(source: EventSource) -> str:
    return str(sum(len(one.mappings) for one in source.environments.values()))


def _set(options: argparse.Namespace) -> None:
    sent = read_object(options.file, "with a name, and with settings by environment")
    with connected(options) as stores:
        source = set_source(stores.source_ports, options.key, sent, stores.clock())
        shown = _shown(stores, source)
    if options.json:
        print_json(shown)
        return
    print(f"The source {source.key} ({source.kind.value}) is set; it holds within a minute.")


def _secret(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        created = create_secret(stores.source_ports, options.key, options.environment, stores.clock())
    if options.json:
        print_json(created_secret_out(created))
        return
    print(created.secret)
    note("This is the only time it is shown. It opens the endpoint within a minute.")
    if created.previous_ends_at is not None:
        note(f"The one before it opens the endpoint until {day(created.previous_ends_at)}.")


def _remove(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        source = remove_source(stores.source_ports, options.key)
    if options.json:
        print_json({"key": source.key})
        return
    print(f"The source {source.key} is removed; what it sends is refused within a minute.")


def _shown(stores: Stores, source: EventSource) -> dict[str, Any]:
    return source_out(source, [one.slug for one in stores.environments.all()], ORIGIN)
