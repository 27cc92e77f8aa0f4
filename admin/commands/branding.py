"""`python -m admin branding`: the account's logos and colours."""

import argparse

from admin.options import add_connection, connected
from admin.printing import print_json, print_table
from tocsin.contract.branding import branding_out
from tocsin.domain.tenants import BRANDING_PROPERTIES
from tocsin.usecases.configure_branding import find_branding, set_branding


def add_to(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="action")
    show = actions.add_parser("show", help="what is set")
    add_connection(show)
    show.set_defaults(run=_run, changes=())
    change = actions.add_parser(
        "set", help="set what is named, in all environments; an empty text takes it away"
    )
    for name in BRANDING_PROPERTIES:
        change.add_argument(f"--{name.replace('_', '-')}")
    add_connection(change)
    change.set_defaults(run=_run, changes=BRANDING_PROPERTIES)


def _run(options: argparse.Namespace) -> None:
    said = {name: getattr(options, name) for name in options.changes}
    sent = {name: value or None for name, value in said.items() if value is not None}
    with connected(options) as stores:
        if sent:
            set_branding(stores.environments, sent)
        shown = branding_out(find_branding(stores.environments))
    if options.json:
        print_json(shown)
        return
    print_table(
        ("property", "value"),
        ((name, value) for name, value in shown.items() if value is not None),
        nothing="Nothing is set: templates get black on white, and no logo.",
    )
