"""`python -m admin audience-triggers`: list and set the workflows that start for whoever comes into an audience."""

import argparse

from admin.options import add_connection, connected
from admin.printing import print_json, print_table
from tocsin.contract.audience_triggers import audience_triggers_out
from tocsin.usecases.audience_triggers import set_audience_triggers
from tocsin.usecases.credentials import existing_environment


def add_to(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="action")
    listing = actions.add_parser("list", help="what the audiences of an environment trigger")
    _add_environment(listing)
    listing.set_defaults(run=_list)
    change = actions.add_parser("set", help="which workflows an audience triggers, in place of those it did")
    change.add_argument("audience", help="the audience's key, such as vips")
    change.add_argument("workflows", nargs="*", help="keys of committed workflows; nothing for none")
    _add_environment(change)
    change.set_defaults(run=_set)


def _add_environment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", required=True, help="where members come in")
    add_connection(parser)


def _list(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        env = existing_environment(stores.environments, options.environment).slug
        triggers = stores.definitions.audience_triggers(env)
    if options.json:
        print_json([audience_triggers_out(env, *one) for one in triggers.items()])
        return
    print_table(
        ("audience", "triggers"),
        ((audience, ", ".join(workflows)) for audience, workflows in triggers.items()),
        nothing=f"No audience triggers a workflow in {env}; `audience-triggers set` makes one do so.",
    )


def _set(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        env = existing_environment(stores.environments, options.environment).slug
        workflows = set_audience_triggers(stores.definitions, env, options.audience, options.workflows)
    if options.json:
        print_json(audience_triggers_out(env, options.audience, workflows))
        return
    named = ", ".join(workflows) or "nothing"
    print(f"Whoever comes into {options.audience} in {env} triggers {named}; it holds within ten seconds.")
