"""Public keys and user tokens as a browser sends them: every refusal, rotation, and ids of every kind."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from functions.users.env import Env
from functions.users.handler import lambda_handler as users
from tests.builders.account import EXPIRED_KEY, PUBLIC_KEY, SECRET_KEY, SERVICE_TOKEN
from tests.builders.function_clock import it_is
from tests.builders.user_tokens import ENV, a_signing_key, a_token
from tocsin.lambda_kit.services import Services

Api = Callable[..., Any]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
JANE = "/v1/users/jane"


@pytest.fixture
def secured(services: Services) -> Services:
    """Enhanced security is on, and there is one signing key."""
    requires_tokens(services, True)
    services.signing_keys.put(a_signing_key(created_at=NOW))
    it_is(NOW, Env)
    return services


@pytest.fixture
def call(api: Api) -> Api:
    def send(
        token: str | None = None, path: str = JANE, *, key: str | None = PUBLIC_KEY, method: str = "PUT"
    ) -> Any:
        headers = {} if token is None else {"X-Knock-User-Token": token}
        return api(users, method, path, {}, key=key, headers=headers)

    return send


def requires_tokens(services: Services, required: bool) -> None:
    environment = services.environments.get(ENV)
    assert environment
    services.environments.put(replace(environment, requires_user_token=required))


EXPIRED = a_token("jane", exp=SECONDS - 3600)


REFUSALS = (
    (None, a_token("jane"), 401, "authentication_required"),
    ("pk_unknown", a_token("jane"), 401, "api_key_missing"),
    (EXPIRED_KEY, a_token("jane"), 401, "api_key_expired"),
    (PUBLIC_KEY, None, 401, "missing_user_token"),
    (PUBLIC_KEY, "", 401, "missing_user_token"),
    (PUBLIC_KEY, "no token", 401, "invalid_user_token"),
    (PUBLIC_KEY, EXPIRED, 401, "invalid_user_token"),
    (PUBLIC_KEY, a_token("jane", key="another"), 401, "invalid_user_token"),
    (PUBLIC_KEY, a_token("jane", grants="all"), 401, "invalid_user_token"),
    (PUBLIC_KEY, a_token("tom"), 403, "incorrect_token_type"),
    (PUBLIC_KEY, a_token("jane", explicit_grants=True), 403, "incorrect_token_type"),
    (SERVICE_TOKEN, a_token("jane"), 403, "incorrect_token_type"),
)


@pytest.mark.usefixtures("secured")
def test_every_refusal_has_its_code_and_says_what_to_do(call: Api) -> None:
    for key, token, status, code in REFUSALS:
        answer = call(token, key=key)
        assert (answer.status, answer.json["code"], answer.json["status"]) == (status, code, status), token
        assert answer.json["type"] == "authentication_error"
        assert len(answer.json["message"]) > 30


@pytest.mark.usefixtures("secured")
def test_no_answer_and_no_log_line_tells_the_token(call: Api, capsys: pytest.CaptureFixture[str]) -> None:
    for key, token, *_ in REFUSALS:
        told = json.dumps(call(token, key=key).json) + capsys.readouterr().out
        assert not any(part in told for part in (token or "").split(".") if len(part) > 20)


def test_a_token_needs_a_signing_key_to_be_verified_with(services: Services, call: Api) -> None:
    for required in (False, True):
        requires_tokens(services, required)
        answer = call(a_token("jane"))
        assert (answer.status, answer.json["code"]) == (401, "missing_jwt_signing_key")
        assert "development" in answer.json["message"]


@pytest.mark.usefixtures("secured")
def test_a_token_opens_its_own_user_to_a_public_key(call: Api) -> None:
    assert call(a_token("jane", iat=SECONDS, exp=SECONDS + 3600)).json["id"] == "jane"


@pytest.mark.usefixtures("secured")
def test_beside_a_secret_key_a_token_is_ignored(call: Api) -> None:
    for token in (EXPIRED, "no token", a_token("tom"), ""):
        assert call(token, key=SECRET_KEY).status == 200


def test_without_enhanced_security_a_public_key_is_enough(call: Api) -> None:
    assert call().status == 200
    assert call("").status == 200


def test_a_token_that_is_sent_limits_to_its_user_all_the_same(secured: Services, call: Api) -> None:
    requires_tokens(secured, False)
    assert call().status == 200
    assert call(a_token("jane")).status == 200
    assert call(a_token("tom")).json["code"] == "incorrect_token_type"
    assert call(EXPIRED).json["code"] == "invalid_user_token"


def test_tokens_of_one_environment_open_nothing_in_another(secured: Services, call: Api) -> None:
    secured.signing_keys.put(a_signing_key("production", created_at=NOW, env="production"))
    assert call(a_token("jane", key="production")).json["code"] == "invalid_user_token"


def test_rotation_with_overlap_locks_nobody_out(secured: Services, call: Api) -> None:
    """The new key comes, the old one gets an end, and whoever holds a token of the old one has until then."""
    old, new = a_token("jane"), a_token("jane", key="second")
    assert [call(old).status, call(new).status] == [200, 401]

    [first] = secured.signing_keys.all(ENV)
    secured.signing_keys.put(a_signing_key("second", created_at=NOW))
    secured.signing_keys.put(replace(first, expires_at=NOW + timedelta(hours=1)))
    it_is(NOW + timedelta(minutes=1), Env)
    assert [call(old).status, call(new).status] == [200, 200]

    it_is(NOW + timedelta(hours=1), Env)
    assert [call(old).status, call(new).status] == [401, 200]


def test_switching_enhanced_security_holds_within_a_minute(secured: Services, call: Api) -> None:
    assert call().status == 401
    requires_tokens(secured, False)
    it_is(NOW + timedelta(seconds=59), Env)
    assert call().status == 401
    it_is(NOW + timedelta(seconds=60), Env)
    assert call().status == 200


@pytest.mark.usefixtures("secured")
def test_the_user_in_the_path_is_the_one_whose_id_it_spells(call: Api) -> None:
    """Server SDKs encode ids, browsers send some as they are; the id `%41` can only be sent encoded."""
    for user_id in ("a b", "jané", "日本", "user@app.test", "a+b", "50%", "$x", "a:b,c;d", "%41"):
        encoded = f"/v1/users/{quote(user_id, safe='')}"
        assert call(a_token(user_id), encoded).json["id"] == user_id
        if user_id != "%41":
            assert call(a_token(user_id), f"/v1/users/{user_id}").json["id"] == user_id
        assert call(a_token("A"), encoded).status == 403


@pytest.mark.usefixtures("secured")
def test_a_path_that_only_looks_like_the_user_s_own_is_refused(api: Api) -> None:
    for segment in ("jane%2Ftom", "jane%00", "%FF", "jane%20", "%6Aane%2e", "jane;tom"):
        headers = {"x-knock-user-token": a_token("jane"), "x-tocsin-raw-path": f"/v1/users/{segment}"}
        assert api(users, "PUT", JANE, {}, key=PUBLIC_KEY, headers=headers).status == 403, segment


@pytest.mark.usefixtures("secured")
def test_an_id_spelt_with_needless_escapes_is_the_same_id(call: Api) -> None:
    assert call(a_token("jane"), "/v1/users/%6Aane").json["id"] == "jane"
