"""Channels set and removed by two at once, at every point where one may come between the other's writes."""

from contextlib import suppress
from typing import Any

import pytest

from tests.builders.channel_ports import WEBHOOK, Account
from tocsin.domain.errors import ConflictError, InvalidParamsError, NotFoundError
from tocsin.usecases.configure_channels import remove_channel

KEYS = {word: "whsec_" + letter * 32 for word, letter in (("first", "A"), ("second", "B"))}
POINTS = range(4)


def as_set_by(account: Account, who: str) -> Any:
    """Sends all there is to send, each part of it telling whose it is."""
    settings = {"url": f"https://app.test/{who}"}
    return account.set(**{**WEBHOOK, "settings": settings, "secrets": {"signing_key": KEYS[who]}})


def removed(account: Account) -> Any:
    try:
        return remove_channel(account.ports(), "development", "orders")
    except NotFoundError:
        return None


def state(account: Account) -> set[str]:
    """Whose URL and whose secret there are; nobody's is left over."""
    urls = {row.settings["url"].rpartition("/")[2] for row in account.rows.values()}
    owners = {word for word, key in KEYS.items() if key in account.secrets.values()}
    named = {(env, row.id, name) for (env, _), row in account.rows.items() for name in row.secrets}
    assert named == account.secrets.keys()
    assert urls == owners
    return urls


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("exists", [True, False])
def test_of_two_writers_one_has_the_last_word_on_everything(point: int, exists: bool) -> None:
    account = Account()
    if exists:
        as_set_by(account, "second")
    account.interrupted(point, by=lambda: as_set_by(account, "second"))

    as_set_by(account, "first")

    assert state(account) == {"first"}


@pytest.mark.parametrize("point", POINTS)
def test_a_channel_that_is_removed_while_it_is_set_is_whole_or_gone(point: int) -> None:
    account = Account()
    as_set_by(account, "first")
    account.interrupted(point, by=lambda: removed(account))

    as_set_by(account, "second")

    assert state(account) <= {"second"}


@pytest.mark.parametrize("point", POINTS)
def test_a_secret_for_a_channel_that_is_removed_meanwhile_is_not_left_behind(point: int) -> None:
    account = Account()
    as_set_by(account, "first")
    account.interrupted(point, by=lambda: removed(account))

    with suppress(
        InvalidParamsError
    ):  # there is no channel any more, and this call says too little to make one
        account.set(secrets={"signing_key": KEYS["second"]})

    assert len(account.rows) == len(account.secrets)


@pytest.mark.parametrize("point", POINTS)
def test_a_channel_that_is_set_while_it_is_removed_is_whole_or_gone(point: int) -> None:
    account = Account()
    as_set_by(account, "first")
    account.interrupted(point, by=lambda: as_set_by(account, "second"))

    removed(account)

    assert state(account) <= {"second"}


@pytest.mark.parametrize("point", POINTS)
def test_a_secret_that_is_taken_away_while_it_is_replaced_is_there_or_is_not(point: int) -> None:
    account = Account()
    as_set_by(account, "first")
    account.interrupted(point, by=lambda: account.set(secrets={"signing_key": KEYS["second"]}))

    account.set(secrets={"signing_key": None})

    [channel] = account.rows.values()
    assert set(channel.secrets) == {name for _, _, name in account.secrets}


@pytest.mark.parametrize("point", POINTS)
def test_a_channel_has_one_id_in_all_environments_whoever_makes_it_first(point: int) -> None:
    account = Account()
    account.interrupted(point, by=lambda: account.set("production", **WEBHOOK))

    account.set("development", **WEBHOOK)
    account.set("production", **WEBHOOK)

    assert len(account.rows) == 2
    assert len({channel.id for channel in account.rows.values()}) == 1


def test_the_id_survives_as_long_as_one_environment_has_the_channel() -> None:
    account = Account()
    made = account.set("development", **WEBHOOK)
    account.set("production", **WEBHOOK)
    removed(account)
    assert account.set("development", **WEBHOOK).id == made.id

    removed(account)
    remove_channel(account.ports(), "production", "orders")
    assert account.set("development", **WEBHOOK).id != made.id


def test_a_call_that_broke_off_is_completed_by_its_repeat() -> None:
    for point in range(3):  # the row, the secret, the row
        account = Account()
        account.interrupted(point, by=_break_off)
        with pytest.raises(ConnectionError):
            as_set_by(account, "first")
        as_set_by(account, "first")
        assert state(account) == {"first"}


def test_a_removal_that_broke_off_is_completed_by_its_repeat() -> None:
    for point in range(2):
        account = Account()
        as_set_by(account, "first")
        account.interrupted(point, by=_break_off)
        with pytest.raises(ConnectionError):
            removed(account)
        removed(account)
        assert (account.rows, account.secrets) == ({}, {})


def test_a_channel_that_everybody_writes_at_once_is_given_up_with_a_reason() -> None:
    account = Account()
    account.set(**WEBHOOK)
    urls = iter(range(100))

    def again() -> None:
        account.set(settings={"url": f"https://app.test/{next(urls)}"})
        account.interrupted(0, by=again)

    account.interrupted(0, by=again)
    with pytest.raises(ConflictError, match="'orders' is being changed by too many"):
        account.set(name="Late")


def test_what_changes_nothing_writes_nothing() -> None:
    account = Account()
    before, writes = account.set(**WEBHOOK), account.writes
    assert account.set(**WEBHOOK, type="http") == before
    assert account.writes == writes


def _break_off() -> None:
    raise ConnectionError
