"""Secrets of channels in Secrets Manager: each by itself, remembered for five minutes, gone when they are deleted."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tocsin.aws.clients import client
from tocsin.aws.secrets import REMEMBERED_SECONDS, ChannelSecrets
from tocsin.domain.errors import ConflictError

ENV, CHANNEL = "development", "00000000-0000-4000-8000-00000000000a"
PLACE = f"tocsin-test/{ENV}/{CHANNEL}"


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def a_process(watch: Watch) -> ChannelSecrets:
    return ChannelSecrets(lambda: client("secretsmanager"), "tocsin-test", watch)


@pytest.fixture
def secrets(aws: None, watch: Watch) -> ChannelSecrets:
    return a_process(watch)


def stored() -> dict[str, str]:
    """All that Secrets Manager holds, by name."""
    manager: Any = boto3.client("secretsmanager")
    names = [secret["Name"] for secret in manager.list_secrets()["SecretList"]]
    return {name: manager.get_secret_value(SecretId=name)["SecretString"] for name in names}


def test_each_secret_lies_by_itself_and_is_replaced_by_itself(secrets: ChannelSecrets) -> None:
    secrets.put(ENV, CHANNEL, "one", "1")
    secrets.put(ENV, CHANNEL, "two", "2")
    secrets.put("production", CHANNEL, "two", "other")
    secrets.put(ENV, CHANNEL, "one", "new")

    assert stored() == {
        f"{PLACE}/one": "new",
        f"{PLACE}/two": "2",
        f"tocsin-test/production/{CHANNEL}/two": "other",
    }
    assert secrets.get(ENV, CHANNEL, ["one", "two", "three"]) == {"one": "new", "two": "2"}


def test_nothing_is_asked_for_a_channel_without_secrets(watch: Watch) -> None:
    def no_client() -> Any:
        raise AssertionError("asked for nothing")

    assert ChannelSecrets(no_client, "tocsin-test", watch).get(ENV, CHANNEL, []) == {}


def test_what_was_read_is_remembered_for_five_minutes(secrets: ChannelSecrets, watch: Watch) -> None:
    other = a_process(watch)
    secrets.put(ENV, CHANNEL, "key", "old")
    assert other.get(ENV, CHANNEL, ["key"]) == {"key": "old"}

    secrets.put(ENV, CHANNEL, "key", "new")
    watch.now = REMEMBERED_SECONDS - 1
    assert other.get(ENV, CHANNEL, ["key"]) == {"key": "old"}
    watch.now = REMEMBERED_SECONDS
    assert other.get(ENV, CHANNEL, ["key"]) == {"key": "new"}


def test_what_was_not_there_is_looked_for_again(secrets: ChannelSecrets, watch: Watch) -> None:
    other = a_process(watch)
    assert other.get(ENV, CHANNEL, ["key"]) == {}
    secrets.put(ENV, CHANNEL, "key", "new")
    assert other.get(ENV, CHANNEL, ["key"]) == {"key": "new"}


def test_a_deleted_secret_is_gone_at_once_and_may_be_set_again(secrets: ChannelSecrets) -> None:
    secrets.put(ENV, CHANNEL, "key", "old")
    for _ in range(2):
        secrets.delete(ENV, CHANNEL, "key")
    assert stored() == {}

    secrets.put(ENV, CHANNEL, "key", "new")
    assert secrets.get(ENV, CHANNEL, ["key"]) == {"key": "new"}


def test_a_secret_that_somebody_deletes_in_the_console_is_missing_at_once(secrets: ChannelSecrets) -> None:
    """It is kept for a week or more, and nobody may read it."""
    secrets.put(ENV, CHANNEL, "key", "old")
    boto3.client("secretsmanager").delete_secret(SecretId=f"{PLACE}/key", RecoveryWindowInDays=7)
    assert secrets.get(ENV, CHANNEL, ["key"]) == {}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("InvalidRequestException", None),  # marked for deletion
        ("ResourceNotFoundException", "InvalidRequestException"),  # not wholly deleted yet
        ("ResourceNotFoundException", "ResourceExistsException"),  # made by somebody else in between
    ],
)
def test_who_sets_a_secret_while_another_makes_or_removes_it_is_told_to_try_again(
    watch: Watch, first: str, second: str | None
) -> None:
    refusing = Refusing(first, second)
    secrets = ChannelSecrets(lambda: refusing, "tocsin-test", watch)  # type: ignore[arg-type, return-value]
    with pytest.raises(ConflictError):
        secrets.put(ENV, CHANNEL, "key", "new")


def test_what_aws_does_not_allow_is_no_conflict(watch: Watch) -> None:
    refusing = Refusing("AccessDeniedException", None)
    secrets = ChannelSecrets(lambda: refusing, "tocsin-test", watch)  # type: ignore[arg-type, return-value]
    for refused in (
        lambda: secrets.put(ENV, CHANNEL, "key", "new"),
        lambda: secrets.delete(ENV, CHANNEL, "key"),
        lambda: secrets.get(ENV, CHANNEL, ["key"]),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            refused()


class Refusing:
    """Secrets Manager when it says no: to everything but a creation by `code`, to that by `to_create`."""

    def __init__(self, code: str, to_create: str | None) -> None:
        self._code, self._to_create = code, to_create

    def put_secret_value(self, **_: Any) -> None:
        raise ClientError({"Error": {"Code": self._code}}, "PutSecretValue")

    delete_secret = get_secret_value = put_secret_value

    def create_secret(self, **_: Any) -> None:
        assert self._to_create is not None
        raise ClientError({"Error": {"Code": self._to_create}}, "CreateSecret")
