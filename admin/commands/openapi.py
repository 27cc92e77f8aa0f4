"""`python -m admin openapi`: the committed OpenAPI document, written or checked."""

import argparse

from admin.connection import AdminError


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing; fail when it is out of date")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from admin import openapi  # imports every function, which the other commands need not wait for

    if not options.check:
        print("written anew" if openapi.write() else "up to date")
    elif not openapi.is_current():
        raise AdminError(
            "functions/openapi/openapi.json is out of date; run `.venv/bin/python -m admin openapi`"
        )
