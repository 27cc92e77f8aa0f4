"""`python -m admin keys`: create, list, expire and revoke API keys."""

import argparse
import sys

from admin.input_files import STDIN
from admin.options import WHEN, add_connection, add_end, connected, end_of, moment
from admin.printing import day, end, note, print_json, print_table
from tocsin.contract.credentials import api_key_out
from tocsin.domain.environments import ApiKey, KeyKind, kind_of
from tocsin.usecases.api_keys import (
    ApiKeyPorts,
    change_api_key,
    create_api_key,
    find_api_key,
    find_by_itself,
    list_api_keys,
    revoke_api_key,
)


def add_to(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="action")
    _add_create(actions.add_parser("create", help="make a key and print it, once: only its hash is kept"))
    _add_list(actions.add_parser("list", help="which keys there are, without the keys themselves"))
    expire = actions.add_parser("expire", help="say when a key stops working, or that it never does")
    _add_key(expire)
    add_end(expire)
    add_connection(expire)
    expire.set_defaults(run=_expire)
    revoke = actions.add_parser("revoke", help="end a key for ever, within a minute")
    _add_key(revoke)
    add_connection(revoke)
    revoke.set_defaults(run=_revoke)


def _add_create(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kind", required=True, choices=[kind.value for kind in KeyKind])
    parser.add_argument("--environment", help="which one a secret or public key opens, such as development")
    parser.add_argument("--name", help="what the key is for")
    parser.add_argument("--expires-at", help=f"{WHEN}; never by default")
    add_connection(parser)
    parser.set_defaults(run=_create)


def _add_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", help="only keys of this one")
    parser.add_argument("--kind", choices=[kind.value for kind in KeyKind], help="only keys of this kind")
    add_connection(parser)
    parser.set_defaults(run=_list)


def _add_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "key", help="its id, or the key itself; `-` reads either from stdin, past the shell's history"
    )


def _create(options: argparse.Namespace) -> None:
    expires_at = moment(options.expires_at)
    with connected(options) as stores:
        created = create_api_key(
            stores.api_key_ports,
            KeyKind(options.kind),
            options.environment,
            stores.clock(),
            name=options.name,
            expires_at=expires_at,
        )
        shown = {**api_key_out(created.api_key, stores.clock()), "key": created.key}
    if options.json:
        print_json(shown)
        return
    print(created.key)
    note("Keep it now: only its hash is stored, so it cannot be shown again.")


def _list(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        now, kind = stores.clock(), KeyKind(options.kind) if options.kind else None
        keys = list_api_keys(stores.api_key_ports, options.environment, kind)
    if options.json:
        print_json([api_key_out(key, now) for key in keys])
        return
    print_table(
        ("id", "kind", "environment", "name", "ends in", "created", "expires"),
        (
            (
                key.id,
                key.kind.value,
                key.environment or "all",
                key.name,
                f"…{key.hint}",
                day(key.created_at),
                end(key.expires_at, now),
            )
            for key in keys
        ),
        nothing="There is no such key; `keys create` makes one.",
    )


def _expire(options: argparse.Namespace) -> None:
    changes = end_of(options)
    with connected(options) as stores:
        ports, now = stores.api_key_ports, stores.clock()
        key = change_api_key(ports, _named(ports, options.key).id, changes, now)
    if options.json:
        print_json(api_key_out(key, now))
        return
    print(f"{_described(key)} expires: {end(key.expires_at, now)}. It holds everywhere within a minute.")


def _revoke(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        ports, now = stores.api_key_ports, stores.clock()
        key = _named(ports, options.key)
        revoke_api_key(ports, key)
    if options.json:
        print_json(api_key_out(key, now))
        return
    print(f"{_described(key)} is revoked. Whoever uses it is refused within a minute.")


def _named(ports: ApiKeyPorts, text: str) -> ApiKey:
    """By its id, or by the key: who finds a leaked one knows nothing else of it."""
    name = sys.stdin.readline().strip() if text == STDIN else text
    return find_by_itself(ports, name) if kind_of(name) else find_api_key(ports, name)


def _described(key: ApiKey) -> str:
    where = f" of {key.environment}" if key.environment else ""
    return f"The {key.kind.value} key{where} «{key.name}» (…{key.hint})"
