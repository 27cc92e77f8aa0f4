"""`python -m admin environments`: list, make, rename and remove environments, and say what they speak."""

import argparse
from typing import Any

from admin.commands import request_secret
from admin.options import add_connection, connected
from admin.printing import day, print_json, print_table
from tocsin.contract.environments import environment_out
from tocsin.domain.environments import Environment
from tocsin.usecases.configure_environments import remove_environment, set_environment


def add_to(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="action")
    listing = actions.add_parser("list", help="in the order in which commits are promoted")
    add_connection(listing)
    listing.set_defaults(run=_list)
    create = actions.add_parser("create", help="make an empty environment")
    _add_slug(create)
    create.add_argument("--after", required=True, help="the environment whose commits are promoted to it")
    create.add_argument("--name", help="what people see")
    create.set_defaults(run=_create)
    rename = actions.add_parser("rename", help="give an environment another name; its slug stays")
    _add_slug(rename)
    rename.add_argument("--name", required=True, help="what people see")
    rename.set_defaults(run=_rename)
    locale = actions.add_parser("locale", help="say which translations speak where there are no better ones")
    _add_slug(locale)
    locale.add_argument("default_locale", help="such as en or fr-BE")
    locale.set_defaults(run=_set_locale)
    zone = actions.add_parser(
        "timezone", help="say where the clock is read for recipients without a time zone"
    )
    _add_slug(zone)
    zone.add_argument("default_timezone", help="such as Europe/Oslo or Etc/UTC")
    zone.set_defaults(run=_set_timezone)
    request_secret.add_to(
        actions.add_parser("request-secret", help="make the secret that fetch steps sign requests with")
    )
    remove = actions.add_parser("remove", help="remove an environment that nothing uses, for ever")
    _add_slug(remove)
    remove.set_defaults(run=_remove)


def _add_slug(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("slug", help="such as staging")
    add_connection(parser)


def _list(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        environments = stores.environments.all()
    if options.json:
        print_json([environment_out(environment, None) for environment in environments])
        return
    print_table(
        ("slug", "name", "made"),
        ((one.slug, one.name, day(one.created_at)) for one in environments),
        nothing="There is no environment yet; run `.venv/bin/python -m admin seed` first.",
    )


def _create(options: argparse.Namespace) -> None:
    sent = {"after": options.after, **({"name": options.name} if options.name is not None else {})}
    _tell(options, _set(options, sent), "is made; channels and keys of its own come next")


def _rename(options: argparse.Namespace) -> None:
    _tell(options, _set(options, {"name": options.name}), f"is called {options.name}")


def _set_locale(options: argparse.Namespace) -> None:
    environment = _set(options, {"default_locale": options.default_locale})
    _tell(options, environment, f"speaks {environment.default_locale} where there is no better translation")


def _set_timezone(options: argparse.Namespace) -> None:
    environment = _set(options, {"default_timezone": options.default_timezone})
    _tell(
        options,
        environment,
        f"reads the clock in {environment.default_timezone} where a recipient names no zone",
    )


def _remove(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        environment = remove_environment(stores.environment_ports, options.slug)
    _tell(options, environment, "is removed; its slug is not given again")


def _set(options: argparse.Namespace, sent: dict[str, Any]) -> Environment:
    with connected(options) as stores:
        return set_environment(stores.environment_ports, options.slug, sent, stores.clock())


def _tell(options: argparse.Namespace, environment: Environment, what: str) -> None:
    if options.json:
        print_json(environment_out(environment, None))
        return
    print(f"The environment {environment.slug} {what}.")
