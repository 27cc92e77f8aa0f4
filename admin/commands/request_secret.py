"""`python -m admin environments request-secret`: a new secret that fetch steps sign requests with."""

import argparse

from admin.options import add_connection, connected
from admin.printing import note, print_json
from tocsin.domain.clock import to_iso
from tocsin.usecases.request_secrets import make_request_secret


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("slug", help="such as development")
    add_connection(parser)
    parser.set_defaults(run=_make)


def _make(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        made = make_request_secret(stores.request_secret_ports, options.slug, stores.clock())
    ends_at = to_iso(made.previous_ends_at) if made.previous_ends_at else None
    if options.json:
        print_json({"secret": made.secret, "previous_ends_at": ends_at})
        return
    print(made.secret)
    note(f"Fetch steps in {options.slug} sign with this secret now, and it cannot be shown again.")
    if ends_at:
        note(f"The one before it signs as well until {ends_at}.")
