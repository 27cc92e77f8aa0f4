"""`python -m admin enhanced-security`: whether a public key opens an environment without a user token."""

import argparse

from admin.options import add_connection, connected
from admin.printing import print_json
from tocsin.contract.credentials import client_authentication_out
from tocsin.usecases.credentials import existing_environment
from tocsin.usecases.signing_keys import switch_enhanced_security

ON, OFF, SHOW = "on", "off", "show"


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=(ON, OFF, SHOW))
    parser.add_argument("--environment", required=True, help="such as development")
    add_connection(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        if options.action == SHOW:
            environment = existing_environment(stores.environments, options.environment)
        else:
            environment = switch_enhanced_security(
                stores.signing_key_ports, options.environment, options.action == ON, stores.clock()
            )
    if options.json:
        print_json(client_authentication_out(environment))
    elif environment.requires_user_token:
        print(
            f"Enhanced security is on in {environment.slug}: a public key opens nothing without a user token."
        )
    else:
        print(f"Enhanced security is off in {environment.slug}: whoever has a public key may name any user.")
