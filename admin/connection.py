"""The stores over one table, reached from outside: with a person's own credentials, or on an emulator."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from tocsin.aws.secrets import ChannelSecrets
from tocsin.domain.clock import system_clock
from tocsin.domain.errors import FieldProblem, InvalidParamsError, TocsinError
from tocsin.domain.ids import random_secret, random_uuid
from tocsin.store.account import ChannelStore, EnvironmentStore
from tocsin.store.channel_groups import ChannelGroupStore
from tocsin.store.credentials import ApiKeyStore, SigningKeyStore
from tocsin.store.definitions import DefinitionStore
from tocsin.store.event_sources import EventSourceStore
from tocsin.store.preferences import PreferenceStore
from tocsin.store.request_secrets import RequestSecretStore
from tocsin.store.table import Table
from tocsin.store.variables import VariableStore
from tocsin.store.wheel import WheelStore
from tocsin.usecases.api_keys import ApiKeyPorts
from tocsin.usecases.configure_channel_groups import ChannelGroupPorts
from tocsin.usecases.configure_channels import ChannelPorts
from tocsin.usecases.configure_environments import EnvironmentPorts
from tocsin.usecases.configure_sources import SourcePorts
from tocsin.usecases.configure_variables import VariablePorts
from tocsin.usecases.request_secrets import RequestSecretPorts
from tocsin.usecases.signing_keys import SigningKeyPorts

EMULATOR_REGION = "us-east-1"
_CONFIG = Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=5, read_timeout=15)


class AdminError(Exception):
    """Something the person at the keyboard can put right. The text is all they see."""


@dataclass(frozen=True)
class Stores:
    """What the commands work with; time and chance come in here."""

    environments: EnvironmentStore
    channels: ChannelStore
    channel_secrets: ChannelSecrets
    channel_groups: ChannelGroupStore
    api_keys: ApiKeyStore
    signing_keys: SigningKeyStore
    request_secrets: RequestSecretStore
    definitions: DefinitionStore
    preferences: PreferenceStore
    variables: VariableStore
    event_sources: EventSourceStore
    wheel: WheelStore
    clock: Callable[[], datetime] = system_clock
    new_uuid: Callable[[], str] = random_uuid
    new_secret: Callable[[], str] = random_secret

    @property
    def api_key_ports(self) -> ApiKeyPorts:
        return ApiKeyPorts(self.environments, self.api_keys, self.new_uuid, self.new_secret)

    @property
    def channel_ports(self) -> ChannelPorts:
        return ChannelPorts(
            self.environments, self.channels, self.channel_secrets, self.definitions, self.new_uuid
        )

    @property
    def channel_group_ports(self) -> ChannelGroupPorts:
        return ChannelGroupPorts(self.environments, self.channels, self.channel_groups, self.definitions)

    @property
    def environment_ports(self) -> EnvironmentPorts:
        return EnvironmentPorts(self.environments, self.variables, self.api_keys, self.wheel)

    @property
    def variable_ports(self) -> VariablePorts:
        return VariablePorts(self.environments, self.variables)

    @property
    def source_ports(self) -> SourcePorts:
        return SourcePorts(self.environments, self.event_sources, self.new_secret)

    @property
    def signing_key_ports(self) -> SigningKeyPorts:
        return SigningKeyPorts(self.environments, self.signing_keys, self.new_uuid)

    @property
    def request_secret_ports(self) -> RequestSecretPorts:
        return RequestSecretPorts(self.environments, self.request_secrets, self.new_uuid, self.new_secret)


def connect(table_name: str, endpoint_url: str | None = None) -> Stores:
    """Region, profile and credentials are the environment's, as everywhere on AWS; an emulator needs none.

    Secrets begin with the name of the stage, and so does the table have it.
    """
    session = _session(endpoint_url)
    try:
        client = session.client("dynamodb", endpoint_url=endpoint_url, config=_CONFIG)
        secrets = session.client("secretsmanager", endpoint_url=endpoint_url, config=_CONFIG)
    except NoRegionError:
        raise AdminError(
            "which AWS region? Set AWS_REGION, or AWS_PROFILE to a profile that has one"
        ) from None
    except (BotoCoreError, ValueError) as error:
        raise AdminError(str(error)) from error
    table = Table(client, table_name)
    return Stores(
        environments=EnvironmentStore(table),
        channels=ChannelStore(table),
        channel_secrets=ChannelSecrets(lambda: secrets, table_name, monotonic),
        channel_groups=ChannelGroupStore(table),
        api_keys=ApiKeyStore(table),
        signing_keys=SigningKeyStore(table),
        request_secrets=RequestSecretStore(table),
        definitions=DefinitionStore(table),
        preferences=PreferenceStore(table),
        variables=VariableStore(table),
        event_sources=EventSourceStore(table),
        wheel=WheelStore(table),
    )


def _session(endpoint_url: str | None) -> boto3.session.Session:
    if endpoint_url is None:
        return boto3.session.Session(region_name=os.environ.get("AWS_REGION"))
    # The person's own credentials have no business with an emulator.
    return boto3.session.Session("test", "test", region_name=EMULATOR_REGION)


@contextmanager
def readable_errors(table_name: str, endpoint_url: str | None) -> Iterator[None]:
    """AWS's refusals, and ours, as sentences that say what to do."""
    where = f"at {endpoint_url}" if endpoint_url else "in this AWS account and region"
    try:
        yield
    except InvalidParamsError as error:
        raise AdminError("; ".join(map(_wrong_option, error.problems))) from error
    except TocsinError as error:
        raise AdminError(str(error)) from error
    except NoCredentialsError:
        raise AdminError("no AWS credentials; log in (`aws sso login`) or set AWS_PROFILE") from None
    except ClientError as error:
        raise AdminError(_refusal(error, table_name, where)) from error
    except BotoCoreError as error:
        raise AdminError(f"cannot reach the table {where}: {error}") from error


def _wrong_option(problem: FieldProblem) -> str:
    """The commands' options are called like the fields that they fill; what lies within one is named as it is."""
    if problem.field == "key" or "." in problem.field:
        return f"{problem.field}: {problem.message}"
    return f"--{problem.field.replace('_', '-')}: {problem.message}"


def _refusal(error: ClientError, table_name: str, where: str) -> str:
    code, text = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code == "ResourceNotFoundException":
        return f"there is no table {table_name!r} {where}; deploy first, or name another with --table"
    if code in ("ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException"):
        return f"AWS does not accept these credentials ({code}); log in again"
    return f"AWS refused: {code}: {text}"
