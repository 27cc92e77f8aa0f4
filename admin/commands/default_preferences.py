"""`python -m admin default-preferences`: what holds for recipients who did not say otherwise."""

import argparse

from admin.input_files import read_object
from admin.options import add_connection, connected
from admin.printing import print_json
from tocsin.contract.preferences import preference_set_out
from tocsin.domain.preferences import DEFAULT, PreferenceSet
from tocsin.usecases.credentials import existing_environment
from tocsin.usecases.set_preferences import set_default_preferences


def add_to(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="action")
    show = actions.add_parser("show", help="print the preference set of an environment")
    _add_environment(show)
    show.set_defaults(run=_show)
    change = actions.add_parser("set", help="replace it by the one in a file, or merge that into it")
    _add_environment(change)
    change.add_argument("file", help="a preference set in JSON; `-` reads it from stdin")
    change.add_argument("--merge", action="store_true", help="keep what the file does not name")
    change.set_defaults(run=_set)


def _add_environment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("environment", help="its slug, such as production")
    add_connection(parser)


def _show(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        env = existing_environment(stores.environments, options.environment).slug
        found = stores.preferences.defaults(env)
    print_json(preference_set_out(found or PreferenceSet(DEFAULT)))


def _set(options: argparse.Namespace) -> None:
    sent = read_object(options.file, "that is a preference set")
    if options.merge:
        sent = {**sent, "__persistence_strategy__": "merge"}
    with connected(options) as stores:
        env = existing_environment(stores.environments, options.environment).slug
        preferences = set_default_preferences(stores.preferences, env, sent, stores.clock())
    if options.json:
        print_json(preference_set_out(preferences))
        return
    print(f"The default preferences of {env} hold from now on, for everybody who did not say otherwise.")
