"""`python -m admin signing-keys`: create, list, expire and revoke the keys that user tokens are signed with."""

import argparse
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from admin.connection import AdminError
from admin.input_files import read_text
from admin.options import WHEN, add_connection, add_end, connected, end_of, moment
from admin.printing import day, end, note, print_json, print_table
from admin.private_files import private_file
from tocsin.contract.credentials import private_key_out, signing_key_out
from tocsin.usecases.signing_keys import (
    CreatedSigningKey,
    change_signing_key,
    create_signing_key,
    list_signing_keys,
    revoke_signing_key,
)


def add_to(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="action")
    _add_create(actions.add_parser("create", help="make an RSA key, or register your own by its public half"))
    listing = actions.add_parser("list", help="which keys verify user tokens")
    _add_environment(listing)
    listing.set_defaults(run=_list)
    expire = actions.add_parser("expire", help="say when a key stops verifying, or that it never does")
    _add_key(expire)
    add_end(expire)
    expire.set_defaults(run=_expire)
    revoke = actions.add_parser("revoke", help="end a key for ever, within a minute")
    _add_key(revoke)
    revoke.set_defaults(run=_revoke)


def _add_create(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", help="what tells it from the others, such as 2027")
    parser.add_argument("--expires-at", help=f"{WHEN}; never by default")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--out", type=Path, help="a new file for the private key; by default it is printed")
    where.add_argument("--public-key", help="file with your own RSA public key in PEM; `-` reads stdin")
    _add_environment(parser)
    parser.set_defaults(run=_create)


def _add_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", help="its id")
    parser.add_argument(
        "--force", action="store_true", help="even if enhanced security then locks browsers out"
    )
    _add_environment(parser)


def _add_environment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", required=True, help="such as development")
    add_connection(parser)


def _create(options: argparse.Namespace) -> None:
    expires_at = moment(options.expires_at)
    public_key = _read(options.public_key) if options.public_key else None
    with private_file(options.out) if options.out else nullcontext() as file, connected(options) as stores:
        created = create_signing_key(
            stores.signing_key_ports,
            options.environment,
            stores.clock(),
            name=options.name,
            expires_at=expires_at,
            public_key=public_key,
        )
        if file and created.private_key:
            file.write(created.private_key)
        shown = signing_key_out(created.signing_key, stores.clock())
    if options.json:
        print_json({**shown, **_private_part(created, options.out)})
    else:
        _tell(created, options.out)


def _private_part(created: CreatedSigningKey, out: Path | None) -> dict[str, Any]:
    return {"private_key_path": str(out)} if out else private_key_out(created.private_key)


def _tell(created: CreatedSigningKey, out: Path | None) -> None:
    key = created.signing_key
    made = f"{key.environment} has the signing key {key.id} now."
    if created.private_key is None:
        print(f"{made} User tokens signed with its private half are taken within a minute.")
    elif out:
        print(f"{made} Its private key is in {out}: for your backend alone, there is no other copy.")
    else:
        print(created.private_key, end="")
        note(f"{made} Keep this private key now: it is stored nowhere, so it cannot be shown again.")


def _list(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        now = stores.clock()
        keys = list_signing_keys(stores.signing_key_ports, options.environment)
    if options.json:
        print_json([signing_key_out(key, now) for key in keys])
        return
    print_table(
        ("id", "name", "created", "expires"),
        ((key.id, key.name, day(key.created_at), end(key.expires_at, now)) for key in keys),
        nothing=f"{options.environment} has no signing key; `signing-keys create` makes one.",
    )


def _expire(options: argparse.Namespace) -> None:
    changes = end_of(options)
    with connected(options) as stores:
        now = stores.clock()
        key = change_signing_key(
            stores.signing_key_ports, options.environment, options.key, changes, now, force=options.force
        )
    if options.json:
        print_json(signing_key_out(key, now))
        return
    print(f"The signing key «{key.name}» expires: {end(key.expires_at, now)}. It holds within a minute.")


def _revoke(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        now = stores.clock()
        key = revoke_signing_key(
            stores.signing_key_ports, options.environment, options.key, now, force=options.force
        )
    if options.json:
        print_json(signing_key_out(key, now))
        return
    print(f"The signing key «{key.name}» is revoked. Tokens that it signed are refused within a minute.")


def _read(file: str) -> str:
    try:
        return read_text(file)
    except (OSError, ValueError) as error:
        raise AdminError(f"cannot read --public-key {file}: {error}") from error
