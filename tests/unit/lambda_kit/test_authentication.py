"""Who calls, and for how long that is remembered: keys, environments and signing keys, against a moved clock."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.builders.user_tokens import a_signing_key, a_token
from tocsin.domain import errors
from tocsin.domain.environments import ApiKey, Environment, KeyKind, SigningKey, hash_of
from tocsin.lambda_kit.authentication import REMEMBERED, Authenticator, Caller

START = datetime(2026, 3, 1, tzinfo=UTC)
PUBLIC, SECRET, SERVICE = "pk_test", "sk_test", "knock_st_test"
JUST_BEFORE, AFTER = REMEMBERED - timedelta(seconds=1), REMEMBERED


def a_key(token: str, kind: KeyKind, environment: str | None = "development") -> ApiKey:
    return ApiKey(token, hash_of(token), token[-4:], kind, token, environment, START)


@dataclass
class Account:
    """The rows behind the authenticator; `reads` counts how often each kind was asked for."""

    keys: dict[str, ApiKey] = field(
        default_factory=lambda: {
            key.hash: key
            for key in (
                a_key(PUBLIC, KeyKind.PUBLIC),
                a_key(SECRET, KeyKind.SECRET),
                a_key(SERVICE, KeyKind.SERVICE, None),
            )
        }
    )
    environment: Environment | None = field(
        default_factory=lambda: Environment("development", "Development", 0, START, START)
    )
    signing_keys: list[SigningKey] = field(default_factory=lambda: [a_signing_key(created_at=START)])
    reads: list[str] = field(default_factory=list)

    def requires_user_token(self, required: bool = True) -> None:
        assert self.environment
        self.environment = replace(self.environment, requires_user_token=required)

    def authenticator(self) -> Authenticator:
        return Authenticator(
            self._read("key", self.keys.get),
            self._read("environment", lambda _: self.environment),
            self._read("signing keys", lambda _: self.signing_keys),
        )

    def _read(self, what: str, find: Callable[[str], Any]) -> Callable[[str], Any]:
        def read(name: str) -> Any:
            self.reads.append(what)
            return find(name)

        return read


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def call(account: Account) -> Callable[..., Caller]:
    authenticator = account.authenticator()

    def authenticate(key: str = PUBLIC, token: str | None = None, after: timedelta = timedelta(0)) -> Caller:
        headers = {"authorization": f"Bearer {key}"}
        if token is not None:
            headers["x-knock-user-token"] = token
        return authenticator.authenticate(headers, START + after)

    return authenticate


Call = Callable[..., Caller]


def test_a_public_key_alone_is_nobody_in_particular(call: Call) -> None:
    assert call().rights is None


def test_with_a_token_it_is_the_token_s_user(call: Call) -> None:
    rights = call(token=a_token("jane")).rights
    assert rights is not None
    assert rights.user_id == "jane"


def test_where_tokens_are_required_a_public_key_alone_opens_nothing(account: Account, call: Call) -> None:
    account.requires_user_token()
    for token in (None, "", "  "):
        with pytest.raises(errors.MissingUserTokenError, match="X-Knock-User-Token"):
            call(token=token)
    assert call(token=a_token("jane")).rights is not None


def test_where_they_are_not_a_token_that_is_sent_is_verified_all_the_same(call: Call) -> None:
    with pytest.raises(errors.InvalidUserTokenError):
        call(token=a_token("jane", key="another"))


def test_an_environment_that_is_gone_opens_nothing(account: Account, call: Call) -> None:
    account.environment = None
    with pytest.raises(errors.MissingUserTokenError):
        call()


@pytest.mark.parametrize("key", [SECRET, SERVICE])
def test_beside_other_keys_a_token_is_not_even_looked_at(account: Account, call: Call, key: str) -> None:
    account.requires_user_token()
    assert call(key, "no token at all").rights is None


def test_a_token_needs_a_signing_key_that_is_live(account: Account, call: Call) -> None:
    account.signing_keys = [a_signing_key(created_at=START, expires_at=START)]
    with pytest.raises(errors.MissingJwtSigningKeyError, match="development"):
        call(token=a_token("jane"))


def test_without_any_signing_key_the_token_does_not_matter(account: Account, call: Call) -> None:
    account.signing_keys = []
    with pytest.raises(errors.MissingJwtSigningKeyError):
        call(token="no token at all")


# --- rotation


def test_while_one_key_takes_over_from_another_both_verify(account: Account, call: Call) -> None:
    ends = START + timedelta(days=1)
    account.signing_keys = [
        a_signing_key("first", created_at=START, expires_at=ends),
        a_signing_key("second", created_at=START),
    ]
    for key in ("first", "second"):
        assert call(token=a_token("jane", key=key)).rights
    for key in ("first", "second"):
        assert call(token=a_token("jane", key=key), after=timedelta(hours=23)).rights
    with pytest.raises(errors.InvalidUserTokenError):
        call(token=a_token("jane", key="first"), after=timedelta(days=1))
    assert call(token=a_token("jane", key="second"), after=timedelta(days=1)).rights


def test_a_key_ends_on_time_also_while_it_is_remembered(account: Account, call: Call) -> None:
    ends = START + timedelta(seconds=30)
    account.signing_keys = [a_signing_key(created_at=START, expires_at=ends)]
    assert call(token=a_token("jane")).rights
    with pytest.raises(errors.MissingJwtSigningKeyError):
        call(token=a_token("jane"), after=timedelta(seconds=30))
    assert account.reads.count("signing keys") == 1


# --- remembered for a minute


def test_a_secret_key_costs_one_read_a_minute_and_nothing_else(account: Account, call: Call) -> None:
    for _ in range(3):
        call(SECRET, a_token("jane"), JUST_BEFORE)
    assert account.reads == ["key"]


def test_a_public_key_costs_one_read_more_and_a_token_one_for_its_keys(account: Account, call: Call) -> None:
    for _ in range(3):
        call()
    assert account.reads == ["key", "environment"]
    for _ in range(3):
        call(token=a_token("jane"))
    assert account.reads == ["key", "environment", "signing keys"]


def test_a_revoked_key_stops_within_a_minute(account: Account, call: Call) -> None:
    call()
    account.keys.clear()
    call(after=JUST_BEFORE)
    with pytest.raises(errors.ApiKeyMissingError):
        call(after=AFTER)


def test_a_key_that_is_made_works_at_once(account: Account, call: Call) -> None:
    key = a_key("pk_new", KeyKind.PUBLIC)
    with pytest.raises(errors.ApiKeyMissingError):
        call("pk_new")
    account.keys[key.hash] = key
    assert call("pk_new").key == key


def test_an_expired_key_stops_on_time_also_while_it_is_remembered(account: Account, call: Call) -> None:
    key = replace(a_key(PUBLIC, KeyKind.PUBLIC), expires_at=START + timedelta(seconds=30))
    account.keys[key.hash] = key
    call()
    with pytest.raises(errors.ApiKeyExpiredError):
        call(after=timedelta(seconds=30))


def test_switching_the_requirement_holds_within_a_minute(account: Account, call: Call) -> None:
    call()
    account.requires_user_token()
    call(after=JUST_BEFORE)
    with pytest.raises(errors.MissingUserTokenError):
        call(after=AFTER)
    account.requires_user_token(False)
    assert call(after=AFTER * 2).rights is None


def test_a_signing_key_that_is_taken_away_stops_within_a_minute(account: Account, call: Call) -> None:
    call(token=a_token("jane"))
    account.signing_keys = [a_signing_key("second", created_at=START)]
    call(token=a_token("jane"), after=JUST_BEFORE)
    with pytest.raises(errors.InvalidUserTokenError):
        call(token=a_token("jane"), after=AFTER)


def test_keys_of_many_environments_are_not_remembered_for_ever(account: Account) -> None:
    """A thousand at most; then it begins anew, and the cost is one more read."""
    authenticator = account.authenticator()
    for number in range(1500):
        key = a_key(f"sk_{number}", KeyKind.SECRET)
        account.keys[key.hash] = key
        authenticator.authenticate({"authorization": f"Bearer sk_{number}"}, START)
    account.reads.clear()
    for number in range(1500):
        authenticator.authenticate({"authorization": f"Bearer sk_{number}"}, START)
    assert len(account.reads) >= 500


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic abc", "pk_test"])
def test_a_call_without_a_key_says_how_to_send_one(account: Account, authorization: str | None) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    with pytest.raises(errors.AuthenticationRequiredError, match="Bearer"):
        account.authenticator().authenticate(headers, START)


def test_what_does_not_look_like_a_key_is_not_looked_up(account: Account, call: Call) -> None:
    with pytest.raises(errors.ApiKeyMissingError):
        call("My API Key")
    assert account.reads == []
