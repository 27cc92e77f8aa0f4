"""`python -m admin variables`: list, set and remove variables."""

import argparse
from collections.abc import Iterator
from typing import Any

from admin.connection import AdminError, Stores
from admin.input_files import read_text
from admin.options import add_connection, connected
from admin.printing import print_json, print_table
from tocsin.contract.variables import variable_out
from tocsin.domain.variables import Variable, VariableType
from tocsin.usecases.configure_variables import remove_variable, set_variable

EVERYWHERE = "everywhere"


def add_to(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="action")
    _add_list(actions.add_parser("list", help="which variables there are, without the values of secrets"))
    _add_set(actions.add_parser("set", help="make a variable, or change it; what is not named stays"))
    remove = actions.add_parser("remove", help="take a variable away, with all its values")
    _add_key(remove)
    add_connection(remove)
    remove.set_defaults(run=_remove)


def _add_list(parser: argparse.ArgumentParser) -> None:
    add_connection(parser)
    parser.set_defaults(run=_list)


def _add_set(parser: argparse.ArgumentParser) -> None:
    _add_key(parser)
    value = parser.add_mutually_exclusive_group()
    value.add_argument("--value", help="text; JSON in it is read as JSON")
    value.add_argument(
        "--value-from", metavar="FILE", help="the file that the value is in; `-` reads it from stdin"
    )
    value.add_argument("--no-value", action="store_true", help="take the value away")
    parser.add_argument("--environment", help="whose own value it is; by default the value is everybody's")
    parser.add_argument("--secret", action="store_true", help="a new variable that is never shown again")
    parser.add_argument("--description", help="what it is for")
    add_connection(parser)
    parser.set_defaults(run=_set)


def _add_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", help="templates say vars.<key>")


def _list(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        variables = stores.variables.all()
    if options.json:
        print_json([variable_out(variable) for variable in variables])
        return
    print_table(
        ("key", "type", "environment", "value"),
        (row for variable in variables for row in _rows(variable)),
        nothing="There is no variable; `variables set` makes one.",
    )


def _rows(variable: Variable) -> Iterator[tuple[str, str, str, str]]:
    values = {EVERYWHERE: variable.value, **variable.overrides}
    for place, value in values.items():
        if value is not None:
            yield variable.key, variable.type.value, place, value


def _set(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        _keep_secrets_off_the_command_line(stores, options)
        variable = set_variable(stores.variable_ports, options.key, _sent(options), stores.clock())
    if options.json:
        print_json(variable_out(variable))
        return
    print(f"vars.{variable.key} is set ({variable.type.value}); runs use it at once.")


def _remove(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        variable = remove_variable(stores.variable_ports, options.key)
    if options.json:
        print_json(variable_out(variable))
        return
    print(f"vars.{variable.key} is removed; templates that still name it print nothing in its place.")


def _keep_secrets_off_the_command_line(stores: Stores, options: argparse.Namespace) -> None:
    """Where the shell's history would keep them."""
    known = any(one.key == options.key and one.is_secret for one in stores.variables.all())
    if options.value is not None and (options.secret or known):
        raise AdminError(
            "--value: what is typed is in the shell's history now, so take another secret,"
            " and pass it with --value-from FILE or --value-from -"
        )


def _sent(options: argparse.Namespace) -> dict[str, Any]:
    """What the API would be sent."""
    named = {
        "type": VariableType.SECRET.value if options.secret else None,
        "description": options.description,
    }
    said = {field: value for field, value in named.items() if value is not None}
    if options.value is None and options.value_from is None and not options.no_value:
        return said
    value = None if options.no_value else _value(options)
    if options.environment is None:
        return {**said, "value": value}
    return {**said, "environment_values": {options.environment: value}}


def _value(options: argparse.Namespace) -> str:
    if options.value is not None:
        return str(options.value)
    try:
        return read_text(options.value_from).strip()
    except (OSError, ValueError):
        raise AdminError(
            "--value-from: cannot read the file that is named; name a file, or - for stdin"
        ) from None
