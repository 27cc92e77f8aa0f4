"""`python -m admin archive`: take a workflow or a guide out of all environments at once."""

import argparse

from admin.connection import AdminError
from admin.options import add_connection, connected
from admin.printing import print_json
from tocsin.domain.definitions import DefinitionKind
from tocsin.usecases.archive_definition import archive_definition

KINDS = (DefinitionKind.WORKFLOW, DefinitionKind.GUIDE)


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=[kind.value for kind in KINDS])
    parser.add_argument("key")
    add_connection(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    kind = DefinitionKind(options.kind)
    with connected(options) as stores:
        was_there = archive_definition(stores.definitions, stores.environments, kind, options.key)
    if not was_there:
        raise AdminError(f"no environment has a {kind.value} {options.key!r}")
    if options.json:
        print_json({"kind": kind.value, "key": options.key})
        return
    print(
        f"The {kind.value} {options.key} is archived in all environments; runs that wait stop when they wake."
    )
