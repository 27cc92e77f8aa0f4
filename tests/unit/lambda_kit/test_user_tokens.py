"""Every way in which a user token can be right or wrong."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, hmac
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.user_tokens import a_signing_key, a_token, private_key, public_pem, signed
from tocsin.domain.errors import InvalidUserTokenError
from tocsin.lambda_kit.user_tokens import LEEWAY, MAX_CHARACTERS, verify_user_token

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
LEEWAY_SECONDS = int(LEEWAY.total_seconds())
FIRST, SECOND = (a_signing_key(name, created_at=NOW) for name in ("first", "second"))


def user_of(token: str, *keys: Any, now: datetime = NOW) -> str:
    return verify_user_token(token, keys or [FIRST], now).user_id


def encoded(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def hs256_with(secret: bytes) -> str:
    """The classical confusion: the public key, which anybody may know, taken as a secret."""
    text = f"{encoded({'alg': 'HS256', 'typ': 'JWT'})}.{encoded({'sub': 'jane'})}"
    mac = hmac.HMAC(secret, hashes.SHA256())
    mac.update(text.encode())
    return f"{text}.{encoded(mac.finalize())}"


def tampered(token: str) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{encoded({'sub': 'tom'})}.{signature}"


def with_header(**header: Any) -> str:
    """Jane's token with its header exchanged, the signature left as it was."""
    _, payload, signature = a_token("jane").split(".")
    return f"{encoded(header)}.{payload}.{signature}"


def test_a_token_is_for_the_user_of_its_subject() -> None:
    claims: dict[str, Any] = {"iat": SECONDS, "exp": SECONDS + 3600, "jti": "f81d", "plan": "pro"}
    assert user_of(a_token("jane", **claims)) == "jane"
    assert user_of(a_token("jane")) == "jane"


@pytest.mark.parametrize("user_id", ["a b", "100%", "%2F", "jané@app.test", "日本", "x" * 256, "😀"])
def test_a_subject_is_any_id_that_a_user_may_have(user_id: str) -> None:
    assert user_of(a_token(user_id)) == user_id


@pytest.mark.parametrize("kid", [None, "first", "second", "unknown", ""])
@pytest.mark.parametrize("signer", ["first", "second"])
def test_any_live_key_verifies_whichever_the_token_names(kid: str | None, signer: str) -> None:
    token = signed({"sub": "jane"}, signer, {} if kid is None else {"kid": kid})
    assert user_of(token, FIRST, SECOND) == "jane"


FORGED = {
    "another key": a_token("jane", key="third"),
    "tampered payload": tampered(a_token("jane")),
    "no signature": ".".join([*a_token("jane").split(".")[:2], ""]),
    "half a signature": a_token("jane")[:-100],
    "alg none": f"{encoded({'alg': 'none'})}.{encoded({'sub': 'jane'})}.",
    "alg None": f"{encoded({'alg': 'None'})}.{encoded({'sub': 'jane'})}.",
    "alg missing": with_header(typ="JWT"),
    "alg null": with_header(alg=None),
    "alg as a list": with_header(alg=["RS256"]),
    "RS512": jwt.encode({"sub": "jane"}, private_key("first"), "RS512"),
    "PS256": jwt.encode({"sub": "jane"}, private_key("first"), "PS256"),
    "HS256 with the public key": hs256_with(public_pem("first").encode()),
    "HS256 with the stripped public key": hs256_with(public_pem("first").strip().encode()),
    "a key that it brings along": with_header(alg="RS256", jwk={"kty": "RSA", "n": "AQAB", "e": "AQAB"}),
    "kid is no text": with_header(alg="RS256", kid={"first": 1}),
    "unknown critical header": with_header(alg="RS256", crit=["x"], x=1),
    "detached payload": with_header(alg="RS256", b64=False, crit=["b64"]),
}
NO_TOKENS = {
    "a word": "jane",
    "dots": "..",
    "many dots": "." * 500,
    "four parts": a_token("jane") + ".e30",
    "no base64": "%%%.%%%.%%%",
    "no ASCII": "日本.日本.日本",
    "half a character": "\ud800.e30.e30",
    "bytes that are no text": f"{encoded(bytes(range(128, 160)))}.e30.e30",
    "a header that is a list": f"{encoded([])}.e30.e30",
    "a header that is deep": f"{encoded(b'[' * 3000)}.e30.e30",
    "an API key": "sk_test_secret",
    "a bearer": f"Bearer {a_token('jane')}",
    "a quoted token": f'"{a_token("jane")}"',
    "two tokens": f"{a_token('jane')},{a_token('jane')}",
    "too long": a_token("jane", plan="x" * MAX_CHARACTERS),
}
SIGNED_NONSENSE = {
    "payload is no JSON": signed(b"jane"),
    "payload is empty": signed(b""),
    "payload is a list": signed([{"sub": "jane"}]),
    "payload is null": signed(None),
    "payload is deep": signed(b'{"sub":"jane","x":' + b"[" * 4000),
    "payload has an endless number": signed(b'{"sub":"jane","exp":' + b"9" * 5000 + b"}"),
}
SUBJECTS = [None, "", " ", 1, True, ["jane"], {"id": "jane"}, "a/b", "a#b", "x" * 257, "a\n", "\x00"]


@pytest.mark.parametrize("token", [*FORGED.values(), *NO_TOKENS.values(), *SIGNED_NONSENSE.values()],
                         ids=[*FORGED, *NO_TOKENS, *SIGNED_NONSENSE])  # fmt: skip
def test_what_is_no_token_of_ours_is_refused_and_never_told_again(token: str) -> None:
    with pytest.raises(InvalidUserTokenError) as refusal:
        user_of(token, FIRST, SECOND)
    assert len(token) < 6 or token[:20] not in str(refusal.value)


def test_a_token_without_a_subject_is_refused() -> None:
    with pytest.raises(InvalidUserTokenError, match="sub"):
        user_of(signed({"iat": SECONDS, "user_id": "jane"}))


@pytest.mark.parametrize("subject", SUBJECTS, ids=repr)
def test_a_subject_that_no_user_can_have_is_refused(subject: object) -> None:
    with pytest.raises(InvalidUserTokenError, match="sub"):
        user_of(signed({"sub": subject}))


def test_half_a_character_is_no_subject() -> None:
    with pytest.raises(InvalidUserTokenError, match="sub"):
        user_of(signed(b'{"sub":"\\ud800"}'))


@pytest.mark.parametrize(
    ("claim", "shift", "is_valid"),
    [
        ("exp", 1, True),
        ("exp", -LEEWAY_SECONDS + 1, True),
        ("exp", -LEEWAY_SECONDS, False),
        ("exp", -86_400, False),
        ("nbf", -1, True),
        ("nbf", LEEWAY_SECONDS, True),
        ("nbf", LEEWAY_SECONDS + 1, False),
        ("iat", -86_400 * 365, True),
        ("iat", LEEWAY_SECONDS, True),
        ("iat", LEEWAY_SECONDS + 1, False),
    ],
)
def test_dates_hold_within_half_a_minute(claim: str, shift: int, is_valid: bool) -> None:
    token = signed({"sub": "jane", claim: SECONDS + shift})
    if is_valid:
        assert user_of(token) == "jane"
    else:
        with pytest.raises(InvalidUserTokenError, match="2026-0"):
            user_of(token)


def test_the_time_is_the_request_s_and_not_the_machine_s() -> None:
    token = a_token("jane", iat=SECONDS, exp=SECONDS + 60)
    assert user_of(token) == "jane"
    with pytest.raises(InvalidUserTokenError, match="expired"):
        user_of(token, now=NOW + timedelta(minutes=2))
    with pytest.raises(InvalidUserTokenError, match="issued"):
        user_of(token, now=NOW - timedelta(minutes=2))


@pytest.mark.parametrize("claim", ["exp", "nbf", "iat"])
@pytest.mark.parametrize(
    "value", ["1772366400", None, True, [], {}, -1, 1e300, float("inf"), float("nan"), 1_772_366_400_000]
)
def test_a_date_that_is_no_number_of_seconds_is_refused(claim: str, value: object) -> None:
    """Left out it sets no limit; but a limit that nobody can read is none to guess about."""
    with pytest.raises(InvalidUserTokenError, match=claim):
        user_of(signed({"sub": "jane", claim: value}))


def test_fractions_of_seconds_are_numbers_too() -> None:
    assert user_of(a_token("jane", iat=SECONDS - 0.5, exp=SECONDS + 0.5)) == "jane"


def test_grants_that_cannot_be_understood_make_the_token_invalid() -> None:
    with pytest.raises(InvalidUserTokenError, match="grants"):
        user_of(a_token("jane", grants=["feed/read"]))


def test_a_stored_key_that_is_none_is_our_mistake_and_no_fault_of_the_token() -> None:
    broken = replace(FIRST, public_key="-----BEGIN PUBLIC KEY-----")
    with pytest.raises(ValueError, match="PEM"):
        user_of(a_token("jane"), broken)


def test_without_a_key_nothing_verifies() -> None:
    with pytest.raises(InvalidUserTokenError):
        verify_user_token(a_token("jane"), [], NOW)


@given(
    st.text(max_size=200)
    | st.lists(st.binary(max_size=40).map(encoded), min_size=3, max_size=3).map(".".join)
)
def test_nothing_that_is_sent_breaks_the_verification(token: str) -> None:
    with pytest.raises(InvalidUserTokenError):
        user_of(token)
