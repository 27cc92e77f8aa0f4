"""`python -m admin channels`: list, set and remove channels."""

import argparse
import json
from collections.abc import Iterable, Mapping
from typing import Any

from admin.connection import AdminError
from admin.input_files import STDIN, read_text
from admin.options import add_connection, connected
from admin.printing import print_json, print_table
from tocsin.channels.registry import MODULES, all_specs, spec_of
from tocsin.contract.channels import channel_out, detailed_channel_out
from tocsin.domain.breaker import Breaker
from tocsin.domain.channels import Channel
from tocsin.usecases.configure_channels import circuits_everywhere, everywhere, remove_channel, set_channel
from tocsin.usecases.credentials import existing_environment


def add_to(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="action")
    _add_list(actions.add_parser("list", help="which channels there are, without their secrets"))
    _add_set(actions.add_parser("set", help="make a channel, or change it; what is not named stays"))
    remove = actions.add_parser("remove", help="take a channel that nothing uses out of an environment")
    _add_channel(remove)
    remove.set_defaults(run=_remove)


def _add_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", help="only channels of this one")
    add_connection(parser)
    parser.set_defaults(run=_list)


def _add_set(parser: argparse.ArgumentParser) -> None:
    _add_channel(parser)
    parser.add_argument("--name", help="what people see; needed for a new channel")
    parser.add_argument("--provider", help=f"needed for a new channel, and stays: {', '.join(MODULES)}")
    parser.add_argument(
        "--setting", action="append", default=[], metavar="NAME=VALUE", help="may come several times"
    )
    parser.add_argument("--no-setting", action="append", default=[], metavar="NAME", help="take one away")
    parser.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="the file that the secret is in; `-` reads it from stdin, past the shell's history",
    )
    parser.add_argument("--no-secret", action="append", default=[], metavar="NAME", help="take one away")
    parser.add_argument(
        "--conditions", metavar="JSON", help="for which runs the channel is there; null for all"
    )
    parser.add_argument(
        "--sandbox",
        action=argparse.BooleanOptionalAction,
        help="make messages and send none, whatever the conditions say",
    )
    parser.set_defaults(run=_set)


def _add_channel(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", help="the channel's key, such as webhook")
    parser.add_argument("--environment", required=True, help="such as development")
    add_connection(parser)


def _list(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        if options.environment:
            existing_environment(stores.environments, options.environment)
        found = everywhere(stores.environments, stores.channels)
        circuits = circuits_everywhere(stores.environments, stores.channels)
    shown = {
        key: channels for key, channels in sorted(found.items()) if options.environment in (None, *channels)
    }
    if options.json:
        print_json([_detailed(channels, options.environment, circuits) for channels in shown.values()])
        return
    print_table(
        ("key", "environment", "provider", "circuit", "name", "secrets", "id"),
        (
            (
                key,
                slug,
                one.provider,
                _circuit(circuits[slug].get(one.id)),
                one.name,
                ", ".join(one.secrets) or "none",
                one.id,
            )
            for key, channels in shown.items()
            for slug, one in channels.items()
            if options.environment in (None, slug)
        ),
        nothing="There is no such channel; `channels set` makes one.",
    )


def _circuit(breaker: Breaker | None) -> str:
    return "OPEN" if breaker is not None and breaker.is_open else "closed"


def _detailed(
    channels: dict[str, Channel], environment: str | None, circuits: Mapping[str, Mapping[str, Breaker]]
) -> dict[str, Any]:
    """As the API shows it; seen from the first environment that has it, unless one is named."""
    seen = channels[environment] if environment else next(iter(channels.values()))
    return detailed_channel_out(seen, channels, spec_of(seen.provider), circuits)


def _set(options: argparse.Namespace) -> None:
    sent = _sent(options)
    with connected(options) as stores:
        channel = set_channel(stores.channel_ports, options.environment, options.key, sent, stores.clock())
        known = everywhere(stores.environments, stores.channels).get(channel.key, {})
        circuits = circuits_everywhere(stores.environments, stores.channels)
    if options.json:
        print_json(detailed_channel_out(channel, known, spec_of(channel.provider), circuits))
        return
    print(f"{options.environment} has the channel {channel.key} ({channel.provider}): {channel.id}")
    if options.secret:
        print("A secret that was replaced is used within five minutes, everything else at once.")


def _remove(options: argparse.Namespace) -> None:
    with connected(options) as stores:
        channel = remove_channel(stores.channel_ports, options.environment, options.key)
    if options.json:
        print_json(channel_out(channel))
        return
    print(f"The channel {channel.key} is removed from {options.environment}, with its secrets.")


def _sent(options: argparse.Namespace) -> dict[str, Any]:
    """What the API would be sent."""
    named = {"name": options.name, "provider": options.provider, "is_sandbox": options.sandbox}
    conditions = (
        {} if options.conditions is None else {"conditions": _json("--conditions", options.conditions)}
    )
    return {
        **{field: value for field, value in named.items() if value is not None},
        **conditions,
        "settings": {**_settings(options.setting), **dict.fromkeys(options.no_setting)},
        "secrets": {**_secrets(options.secret), **dict.fromkeys(options.no_secret)},
    }


def _settings(pairs: Iterable[str]) -> dict[str, Any]:
    return {
        name: _value(name, equals, text) for name, equals, text in (pair.partition("=") for pair in pairs)
    }


def _value(name: str, equals: str, text: str) -> Any:
    """Text is written as it is, everything else as JSON."""
    if not equals:
        raise AdminError(f"--setting {name}: write {name}=VALUE, or --no-setting {name} to take it away")
    is_json = any(name in spec.accepted and spec.accepted[name].is_json for spec in all_specs().values())
    return _json(f"--setting {name}", text) if is_json else text


def _json(option: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise AdminError(f"{option}: is not JSON: {error}") from None


def _secrets(pairs: Iterable[str]) -> dict[str, str]:
    """No message repeats what stands in the place of a name or a file: somebody may have typed the secret there."""
    files = {name: file for name, _, file in (pair.partition("=") for pair in pairs)}
    known = sorted({name for spec in all_specs().values() for name in spec.secrets})
    if files.keys() - set(known) or not all(files.values()):
        raise AdminError(f"--secret: write NAME=FILE or NAME=-, and NAME is {' or '.join(known)}")
    if list(files.values()).count(STDIN) > 1:
        raise AdminError("--secret: stdin holds one secret; read the others from files")
    return {name: _read(name, file) for name, file in files.items()}


def _read(name: str, file: str) -> str:
    try:
        return read_text(file).strip()
    except (OSError, ValueError):
        raise AdminError(
            f"--secret {name}: cannot read the file that is named. Name a file, or - for stdin;"
            " a secret that was typed here is in the shell's history now, so replace it"
        ) from None
