"""What the commands' arguments have in common: where the table is, and dates as people write them."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from admin.connection import AdminError, Stores, connect, readable_errors
from tocsin.domain.clock import from_iso
from tocsin.domain.environments import KeyChanges

TABLE_VARIABLE, ENDPOINT_VARIABLE = "TOCSIN_TABLE", "TOCSIN_ENDPOINT"
WHEN = "when it stops working, such as 2027-01-31"


def add_connection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--table",
        default=os.environ.get(TABLE_VARIABLE),
        help=f"the stack's output TableName; or ${TABLE_VARIABLE}",
    )
    parser.add_argument(
        "--endpoint",
        default=os.environ.get(ENDPOINT_VARIABLE),
        help=f"an emulator's address, or ${ENDPOINT_VARIABLE}; by default AWS, with your profile and region",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_end(parser: argparse.ArgumentParser) -> None:
    """When a key that exists stops working: a moment, or never."""
    end = parser.add_mutually_exclusive_group(required=True)
    end.add_argument("--expires-at", help=WHEN)
    end.add_argument("--never", action="store_true", help="take its end away")


@contextmanager
def connected(options: argparse.Namespace) -> Iterator[Stores]:
    if not options.table:
        raise AdminError(
            f"which table? Name the stack's output TableName with --table or ${TABLE_VARIABLE};"
            " docs/quickstart.md has what a local stack needs"
        )
    with readable_errors(options.table, options.endpoint):
        yield connect(options.table, options.endpoint)


def end_of(options: argparse.Namespace) -> KeyChanges:
    return {"expires_at": moment(options.expires_at)}


def moment(text: str | None) -> datetime | None:
    try:
        return from_iso(text) if text else None
    except (ValueError, OverflowError):
        raise AdminError(
            f"--expires-at {text!r} is not a date such as 2027-01-31 or 2027-01-31T12:00:00Z"
        ) from None
