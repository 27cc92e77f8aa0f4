"""What a fresh stack needs before its first call: keys, an environment, channels, and a sender that SES accepts."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from admin.connection import AdminError
from admin.seed import seed_local
from local.aws import session
from local.console import LocalError
from local.settings import Settings

SENDER = "notifications@tocsin.local"


@dataclass(frozen=True, kw_only=True)
class StackInfo:
    """`.local/stack.json`: all that a client of the local stack needs to know."""

    api_url: str
    aws_endpoint_url: str
    environment: str
    secret_key: str
    public_key: str
    service_token: str
    channels: dict[str, str]

    @classmethod
    def read(cls, settings: Settings) -> Self:
        return cls(**json.loads(settings.stack_file.read_text()))

    def settings(self, folder: Path) -> Settings:
        """Of the stack that runs there: the ports it was started with, whatever the environment says today."""
        return Settings(folder=folder, port=_port(self.api_url), emulator_port=_port(self.aws_endpoint_url))

    def write(self, settings: Settings) -> None:
        """For nobody else's eyes: it holds keys."""
        settings.stack_file.unlink(missing_ok=True)
        descriptor = os.open(settings.stack_file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(self), file, indent=2)
            file.write("\n")


def seed(settings: Settings, table_name: str) -> StackInfo:
    session().client("sesv2", endpoint_url=settings.emulator_url).create_email_identity(EmailIdentity=SENDER)
    try:
        seeded = seed_local(table_name=table_name, endpoint_url=settings.emulator_url, sender=SENDER)
    except AdminError as error:
        raise LocalError(f"seeding failed: {error}") from error
    return StackInfo(
        api_url=settings.api_url,
        aws_endpoint_url=settings.emulator_url,
        environment=seeded.environment,
        secret_key=seeded.secret_key,
        public_key=seeded.public_key,
        service_token=seeded.service_token,
        channels=dict(seeded.channels),
    )


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])
