"""`python -m admin`: what an account is made of (environments, channels, variables, keys, …), and its first seed."""

import argparse
import sys
from collections.abc import Sequence

from admin.commands import (
    archive,
    audience_triggers,
    branding,
    channel_groups,
    channels,
    dead_letters,
    default_preferences,
    dry_run,
    enhanced_security,
    environments,
    event_schemas,
    keys,
    openapi,
    seed,
    signing_keys,
    sources,
    variables,
    webhooks,
)
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
    parser = argparse.ArgumentParser(prog=".venv/bin/python -m admin", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    environments.add_to(
        commands.add_parser("environments", help="where definitions live, in the order of promotion")
    )
    branding.add_to(commands.add_parser("branding", help="logos and colours that templates use"))
    channels.add_to(
        commands.add_parser("channels", help="ways out: email, SMS, push, chat, webhooks, in-app")
    )
    channel_groups.add_to(commands.add_parser("channel-groups", help="several channels behind one name"))
    variables.add_to(commands.add_parser("variables", help="constants and secrets for templates"))
    sources.add_to(
        commands.add_parser("sources", help="services outside whose events wake runs and trigger workflows")
    )
    audience_triggers.add_to(commands.add_parser("audience-triggers", help="what starts for new members"))
    default_preferences.add_to(
        commands.add_parser("default-preferences", help="what holds for those who did not say otherwise")
    )
    archive.add_to(commands.add_parser("archive", help="take a workflow or a guide out of all environments"))
    keys.add_to(commands.add_parser("keys", help="API keys"))
    signing_keys.add_to(commands.add_parser("signing-keys", help="keys that user tokens are signed with"))
    enhanced_security.add_to(
        commands.add_parser("enhanced-security", help="whether browsers need a user token")
    )
    dead_letters.add_to(
        commands.add_parser("dead-letters", help="messages that no provider took: list, send again")
    )
    webhooks.add_to(
        commands.add_parser("webhooks", help="who is told of events: make, try, and see what was sent")
    )
    dry_run.add_to(commands.add_parser("dry-run", help="what a workflow would send; nothing is stored"))
    seed.add_to(commands.add_parser("seed", help="make environments, channels and the default email layout"))
    openapi.add_to(
        commands.add_parser("openapi", help="write the OpenAPI document anew, after a change to the API")
    )
    event_schemas.add_to(
        commands.add_parser("event-schemas", help="write the schemas of events anew, after a change to them")
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
