"""`python -m admin`: channels, API keys, signing keys, enhanced security, an account's seed, the OpenAPI document."""

import argparse
import sys
from collections.abc import Sequence

from admin.commands import channels, enhanced_security, keys, openapi, seed, signing_keys
from admin.connection import AdminError


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except AdminError as error:
        print(f"admin: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m admin", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    channels.add_to(
        commands.add_parser("channels", help="ways out: email, SMS, push, chat, webhooks, in-app")
    )
    keys.add_to(commands.add_parser("keys", help="API keys"))
    signing_keys.add_to(commands.add_parser("signing-keys", help="keys that user tokens are signed with"))
    enhanced_security.add_to(
        commands.add_parser("enhanced-security", help="whether browsers need a user token")
    )
    seed.add_to(commands.add_parser("seed", help="make environments, channels and the default email layout"))
    openapi.add_to(
        commands.add_parser("openapi", help="write the OpenAPI document anew, after a change to the API")
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
