"""`python -m admin environments request-secret`: a new secret that fetch steps sign requests with."""

import argparse

from admin.options import add_connection, connected
from admin.printing import note, print_json
from tocsin.contract.credentials import created_secret_out
from tocsin.domain.clock import to_iso
from tocsin.usecases.request_secrets import make_request_secret


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("slug", help="such as development")
    add_connection(parser)
    parser.set_defaults(run=_make)


def _make(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        created = make_request_secret(stores.request_secret_ports, options.slug, stores.clock())
    if options.json:
        print_json(created_secret_out(created))
        return
    print(created.secret)
    note(f"Fetch steps in {options.slug} sign with this secret now, and it cannot be shown again.")
    if created.previous_ends_at is not None:
        note(f"The one before it signs as well until {to_iso(created.previous_ends_at)}.")
