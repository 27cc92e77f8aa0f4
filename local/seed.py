"""What a fresh stack needs before its first call: keys, an environment, channels, and a sender that SES accepts."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from admin.connection import AdminError
from admin.private_files import private_file
from admin.seed import SeededStack, seed_local
from local.aws import session
from local.console import LocalError
from local.settings import Settings, seen_from_root
from local.sink import PREFIX

SENDER = "notifications@tocsin.local"


@dataclass(frozen=True, kw_only=True)
class StackInfo:
    """`.local/stack.json`: all that a client of the local stack needs to know.

    `signing_key_path` is the private key of the development environment, seen from the project's folder.
    """

    api_url: str
    aws_endpoint_url: str
    environment: str
    secret_key: str
    public_key: str
    service_token: str
    signing_key_path: str
    channels: dict[str, str]

    @classmethod
    def read(cls, settings: Settings) -> Self:
        try:
            return cls(**json.loads(settings.stack_file.read_text()))
        except TypeError:
            raise LocalError(
                "another version of Tocsin started the stack that runs; `make down` stops it, `make up` starts this one"
            ) from None

    def settings(self, folder: Path) -> Settings:
        """Of the stack that runs there: the ports it was started with, whatever the environment says today."""
        return Settings(folder=folder, port=_port(self.api_url), emulator_port=_port(self.aws_endpoint_url))

    def write(self, settings: Settings) -> None:
        """For nobody else's eyes: it holds keys."""
        _write_privately(settings.stack_file, json.dumps(asdict(self), indent=2) + "\n")


def seed(settings: Settings, table_name: str) -> StackInfo:
    session().client("sesv2", endpoint_url=settings.emulator_url).create_email_identity(EmailIdentity=SENDER)
    try:
        seeded = seed_local(table_name, settings.emulator_url, SENDER, sink=settings.api_url + PREFIX)
    except AdminError as error:
        raise LocalError(f"seeding failed: {error}") from error
    return hand_over(settings, seeded)


def hand_over(settings: Settings, seeded: SeededStack) -> StackInfo:
    """What was seeded, as a client finds it: the signing key is a file of its own."""
    _write_privately(settings.signing_key_file, seeded.signing_key)
    return StackInfo(
        api_url=settings.api_url,
        aws_endpoint_url=settings.emulator_url,
        environment=seeded.environment,
        secret_key=seeded.secret_key,
        public_key=seeded.public_key,
        service_token=seeded.service_token,
        signing_key_path=seen_from_root(settings.signing_key_file),
        channels=dict(seeded.channels),
    )


def _write_privately(path: Path, text: str) -> None:
    """Anew: what an earlier stack left there is of no use."""
    path.unlink(missing_ok=True)
    try:
        with private_file(path) as file:
            file.write(text)
    except AdminError as error:
        raise LocalError(str(error)) from error


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])
