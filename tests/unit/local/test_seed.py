"""What a local stack hands over to its clients."""

import stat
from pathlib import Path

import pytest

from admin.seed import SeededStack
from local.console import LocalError
from local.seed import StackInfo, hand_over
from local.settings import WORK, Settings, seen_from_root

SEEDED = SeededStack(
    environment="development",
    secret_key="sk_test_1",
    public_key="pk_test_1",
    service_token="knock_st_1",
    channels={"in-app": "1"},
    signing_key="a private key",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(folder=tmp_path, port=8700, emulator_port=4566)


def test_the_signing_key_lies_in_a_file_for_its_owner_alone(settings: Settings) -> None:
    info = hand_over(settings, SEEDED)
    file = Path(info.signing_key_path)
    assert file.read_text() == "a private key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_new_stack_replaces_what_an_earlier_one_left(settings: Settings) -> None:
    settings.signing_key_file.write_text("an older key, readable by all")
    settings.signing_key_file.chmod(0o644)
    file = Path(hand_over(settings, SEEDED).signing_key_path)
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("a private key", 0o600)


def test_the_signing_key_is_named_as_it_is_seen_from_the_project() -> None:
    assert seen_from_root(WORK / "signing_key.pem") == ".local/signing_key.pem"


def test_what_is_written_can_be_read(settings: Settings) -> None:
    info = hand_over(settings, SEEDED)
    info.write(settings)
    assert StackInfo.read(settings) == info
    assert stat.S_IMODE(settings.stack_file.stat().st_mode) == 0o600


def test_a_stack_of_another_version_is_one_clear_line(settings: Settings) -> None:
    settings.stack_file.write_text('{"api_url": "http://127.0.0.1:8700"}')
    with pytest.raises(LocalError, match="`make down` stops it"):
        StackInfo.read(settings)
