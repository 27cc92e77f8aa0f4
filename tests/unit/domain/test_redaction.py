"""What is never shown of a request, and how a message names a chat without being able to write there."""

import pytest

from tocsin.domain.connections import is_meant, key_of, without_secrets
from tocsin.domain.redaction import is_secret, shown_content, without

HOOK = {"incoming_webhook": {"url": "https://hooks.slack.com/services/T0/B0/secret"}, "channel_id": "C1"}
OTHER_HOOK = {"incoming_webhook": {"url": "https://hooks.slack.com/services/T0/B0/other"}}


CREDENTIALS = (
    "Authorization proxy-authorization Cookie X-Api-Key apikey access_key X-Auth token client_secret Password"
    " X-Amz-Signature credentials"
)


@pytest.mark.parametrize("name", CREDENTIALS.split())
def test_a_name_that_speaks_of_a_credential_hides_its_value(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", ["Content-Type", "Idempotency-Key", "key", "X-Tenant", "page", "keyboard"])
def test_other_names_hide_nothing(name: str) -> None:
    assert not is_secret(name)


def test_a_webhook_is_shown_without_its_credentials() -> None:
    content = {
        "__typename": "MessageHttpContent",
        "method": "POST",
        "url": "https://x.test/a?api_key=k1&b=%20c&flag",
        "headers": [{"key": "Authorization", "value": "Bearer k2"}, {"key": "X-A", "value": "1"}],
        "query_params": [{"key": "token", "value": "k3"}, {"key": "page", "value": "2"}],
        "body": "{}",
    }
    assert shown_content(content) == {
        **content,
        "url": "https://x.test/a?api_key=%E2%80%A6&b=%20c&flag",
        "headers": [{"key": "Authorization", "value": "\u2026"}, {"key": "X-A", "value": "1"}],
        "query_params": [{"key": "token", "value": "\u2026"}, {"key": "page", "value": "2"}],
    }


def test_other_content_is_shown_as_it_is() -> None:
    content = {"__typename": "MessageSmsContent", "to": "+1", "body": "token=1"}
    assert shown_content(content) is content


def test_what_is_too_short_to_be_told_from_a_word_stays() -> None:
    assert without("a b secret-1 a", ["a", "secret-1", "secret"]) == "a b \u2026 a"


def test_a_kept_connection_is_found_again_among_those_of_now() -> None:
    kept = without_secrets({**HOOK, "access_token": "xoxb"})
    assert "secret" not in str(kept)
    assert "xoxb" not in str(kept)
    assert [is_meant(kept, one) for one in (HOOK, OTHER_HOOK, {"channel_id": "C1"})] == [True, False, False]


def test_a_channel_is_found_by_its_id_whatever_its_token_is_now() -> None:
    kept = without_secrets({"channel_id": "C1", "access_token": "old"})
    assert is_meant(kept, {"channel_id": "C1", "access_token": "new"})
    assert not is_meant(kept, {"channel_id": "C2"})


@pytest.mark.parametrize(
    "connection", [{}, {"access_token": "x"}, {"incoming_webhook": None}, {"channel_id": None}]
)
def test_a_connection_that_names_nobody_has_no_key(connection: dict[str, object]) -> None:
    assert key_of(connection) == ""
