"""`python -m admin`: API keys, the seed of an account, and the OpenAPI document."""

import argparse
import json
import os
import sys
from collections.abc import Sequence

from admin.connection import AdminError, Stores, connect, readable_errors
from admin.keys import create_key, parse_expiry
from admin.seed import Sender, seed
from tocsin.domain.clock import to_iso
from tocsin.domain.environments import KeyKind

TABLE_VARIABLE = "TOCSIN_TABLE"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except AdminError as error:
        print(f"admin: {error}", file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m admin", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    _add_keys(commands.add_parser("keys", help="API keys"))
    _add_seed(commands.add_parser("seed", help="make environments, channels and the default email layout"))
    openapi = commands.add_parser(
        "openapi", help="write the OpenAPI document anew, after a change to the API"
    )
    openapi.add_argument("--check", action="store_true", help="write nothing; fail when it is out of date")
    openapi.set_defaults(run=_run_openapi)
    return parser


def _add_keys(parser: argparse.ArgumentParser) -> None:
    create = parser.add_subparsers(required=True, metavar="action").add_parser(
        "create", help="make a key and print it, once: only its hash is kept"
    )
    create.add_argument("--kind", required=True, choices=[kind.value for kind in KeyKind])
    create.add_argument("--environment", help="which one a secret or public key opens, such as development")
    create.add_argument("--name", help="what the key is for")
    create.add_argument("--expires-at", help="when it stops working, such as 2027-01-31; never by default")
    _add_connection(create)
    create.set_defaults(run=_run_keys_create)


def _add_seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sender", help="address that emails come from; SES must have verified it")
    parser.add_argument("--sender-name", help="name that emails come from")
    _add_connection(parser)
    parser.set_defaults(run=_run_seed)


def _add_connection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--table",
        default=os.environ.get(TABLE_VARIABLE),
        help=f"the stack's output TableName; or ${TABLE_VARIABLE}",
    )
    parser.add_argument(
        "--endpoint", help="an emulator's address; by default AWS, with your profile and region"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def _connected(options: argparse.Namespace) -> Stores:
    if not options.table:
        raise AdminError(f"which table? Name the stack's output TableName with --table or ${TABLE_VARIABLE}")
    return connect(options.table, options.endpoint)


def _run_keys_create(options: argparse.Namespace) -> int:
    expires_at = parse_expiry(options.expires_at) if options.expires_at else None
    with readable_errors(options.table, options.endpoint):
        created = create_key(
            _connected(options), KeyKind(options.kind), options.environment, options.name, expires_at
        )
    if options.json:
        facts = {
            "key": created.key,
            "kind": created.kind.value,
            "environment": created.environment,
            "name": created.name,
            "expires_at": to_iso(expires_at) if expires_at else None,
        }
        print(json.dumps(facts, indent=2))
        return 0
    print(created.key)
    print("Keep it now: only its hash is stored, so it cannot be shown again.", file=sys.stderr)
    return 0


def _run_seed(options: argparse.Namespace) -> int:
    if options.sender_name and not options.sender:
        raise AdminError("--sender-name goes with --sender")
    sender = Sender(options.sender, options.sender_name) if options.sender else None
    with readable_errors(options.table, options.endpoint):
        seeded = seed(_connected(options), sender)
    if options.json:
        print(json.dumps({"channels": seeded.channels, "changes": seeded.changes}, indent=2))
        return 0
    for change in seeded.changes:
        print(f"made {change}")
    if not seeded.changes:
        print("nothing to do: everything is there")
    for key, channel_id in sorted(seeded.channels.items()):
        print(f"channel {key}: {channel_id}")
    return 0


def _run_openapi(options: argparse.Namespace) -> int:
    from admin import openapi  # imports every function, which the other commands need not wait for

    if options.check:
        if openapi.is_current():
            return 0
        raise AdminError("functions/openapi/openapi.json is out of date; run `python -m admin openapi`")
    print("written anew" if openapi.write() else "up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
