"""What may be said of a channel, provider by provider; and that the table knows all that can be sent by."""

import re
from pathlib import Path
from typing import Any

import pytest

from tocsin.channels.registry import all_specs
from tocsin.channels.sms.sns import SMS_TYPES
from tocsin.domain.channels import EMAIL, IN_APP_GUIDE
from tocsin.domain.providers import (
    MAX_SECRET,
    MAX_SETTINGS_BYTES,
    TRACKING,
    merged,
    secrets_problems,
    settings_problems,
)
from tocsin.usecases.validate_templates import TEMPLATES

PROVIDERS = all_specs()
ROOT = Path(__file__).parents[3]
WEBHOOK, EXPO, SES, SNS = "http_knock_webhook", "push_expo", "email_aws_ses", "sms_aws_sns"
SENDER = {"from_address": "hello@app.test"}
KEY_OF_24_BYTES = "whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"


def wrong_settings(provider: str, changes: dict[str, Any], before: dict[str, Any] | None = None) -> Any:
    found = settings_problems(PROVIDERS[provider], before or {}, changes)
    return {problem.field: problem.message for problem in found}


def wrong_secrets(provider: str, **changes: Any) -> Any:
    return {problem.field: problem.message for problem in secrets_problems(PROVIDERS[provider], changes)}


def test_the_docs_have_every_provider_with_its_type_its_settings_and_its_secrets() -> None:
    """Those of tracking follow from the type, and are told of once."""
    page = (ROOT / "docs" / "making-channels.md").read_text()
    rows = [line.split("|")[1:5] for line in page.splitlines() if line.startswith("| `")]
    told = {cells[0].strip(" `"): [set(re.findall(r"`(\w+)`", cell)) for cell in cells[1:]] for cells in rows}
    for key, provider in PROVIDERS.items():
        kind, settings, secrets = told[key]
        assert (kind, secrets) == ({provider.type}, set(provider.secrets))
        assert settings - {*SMS_TYPES, "false"} == set(provider.settings) - {*TRACKING[EMAIL]}


def test_a_channel_can_be_made_of_every_type_that_workflows_have_templates_for() -> None:
    assert {one.type for one in PROVIDERS.values()} - {IN_APP_GUIDE} == TEMPLATES.keys()


@pytest.mark.parametrize(
    ("provider", "settings"),
    [
        (SES, SENDER),
        (SES, {"from_address": "{{ tenant.sender }}", "from_name": "{{ tenant.name }}", "cc_address": "a@b"}),
        ("email_mailgun", {**SENDER, "domain": "mg.app.test", "region": "eu"}),
        ("email_sendgrid", {**SENDER, "region": "us", "base_url": "https://relay.app.test"}),
        ("email_smtp", {**SENDER, "host": "smtp.app.test", "port": 2525, "encryption": "tls"}),
        (SNS, {}),
        (SNS, {"sender_id": "My-App1", "sms_type": "Promotional"}),
        (EXPO, {"base_url": "https://relay.app.test/expo"}),
        (EXPO, {"base_url": "http://127.0.0.1:8700/sink/expo"}),
        ("sms_vonage", {"api_key": "abc", "from": "My App"}),
        ("sms_sinch", {"service_plan_id": "a1", "region": "eu"}),
        ("chat_slack", {}),
        (WEBHOOK, {"url": "https://{{ tenant.host }}/hook", "method": "PUT", "body": "{}"}),
        (WEBHOOK, {"headers": [{"key": "x-tenant", "value": "{{ tenant.id }}"}], "query_params": []}),
        ("in_app_feed_knock", {}),
        ("in_app_guide_knock", {}),
    ],
)
def test_settings_that_make_sense_are_taken(provider: str, settings: dict[str, Any]) -> None:
    assert wrong_settings(provider, settings) == {}


@pytest.mark.parametrize(
    ("provider", "setting", "value", "message"),
    [
        (SES, "from_address", "App <hello@app.test>", "one email address without a name"),
        (SES, "from_address", "hello", "one email address"),
        (SES, "from_address", " ", "can't be blank"),
        (SES, "from_address", 5, "must be a string"),
        (SES, "cc_address", "a@app.test, b@app.test", "one email address"),
        (SES, "from_name", ["App"], "must be a string"),
        (SNS, "sender_id", "12345", "one of them a letter"),
        (SNS, "sender_id", "ALongSenderId", "1 to 11"),
        (SNS, "sms_type", "transactional", "Transactional, Promotional"),
        ("sms_messagebird", "from", "ALongSenderId", "up to 11 letters and digits"),
        ("sms_messagebird", "from", "12", "a short code"),
        (EXPO, "base_url", "http://relay.app.test", "https://"),
        (EXPO, "base_url", "ftp://127.0.0.1", "https://"),
        (EXPO, "base_url", "https:///path", "name a host"),
        (EXPO, "base_url", "https://[::1", "cannot be read as a URL"),
        (EXPO, "base_url", "https://app.test:port", "cannot be read as a URL"),
        (WEBHOOK, "url", "https://jane:pw@app.test", "no user name or password"),
        (WEBHOOK, "url", None, None),
        (WEBHOOK, "method", "fetch", "get, post, put, delete, patch"),
        (WEBHOOK, "method", 5, "get, post, put, delete, patch"),
        (WEBHOOK, "headers", {"x-a": "b"}, "list of objects with `key` and `value`"),
        (EXPO, "token_deregistration", "no", "true or false"),
        (WEBHOOK, "body", {"a": 1}, "must be a string"),
    ],
)
def test_a_setting_that_makes_none_is_named(provider: str, setting: str, value: Any, message: str) -> None:
    found = wrong_settings(provider, {setting: value}, SENDER if provider == SES else {})
    assert list(found) == ([setting] if message else [])
    assert message is None or message in found[setting]


def test_of_a_list_the_place_is_named() -> None:
    pairs = [{"key": "a", "value": "b"}, {"value": "c"}, "d", {"key": "e", "values": "f"}]
    assert list(wrong_settings(WEBHOOK, {"headers": pairs})) == ["headers.1.key", "headers.2", "headers.3"]
    reserved = [{"key": "Content-Length", "value": "0"}]
    assert "how the request travels" in wrong_settings(WEBHOOK, {"headers": reserved})["headers.0.key"]
    assert wrong_settings(WEBHOOK, {"query_params": reserved}) == {}


def test_a_domain_is_one_and_a_region_one_of_two() -> None:
    found = wrong_settings("email_mailgun", {**SENDER, "domain": "app.test/v3", "region": "de"})
    assert found == {
        "domain": "must be the name of a host, such as mail.example.com",
        "region": "must be one of us, eu",
    }
    assert wrong_settings("email_mailgun", SENDER) == {"domain": "can't be blank"}


def test_a_mail_server_is_a_host_with_a_port() -> None:
    wrong = {**SENDER, "host": "smtp://app.test:587", "port": "587", "encryption": "none"}
    assert wrong_settings("email_smtp", wrong) == {
        "host": "must be the name of a host, such as mail.example.com",
        "port": "must be a number from 1 to 65535",
        "encryption": "must be one of starttls, tls",
    }
    for port in (0, 65536, True, 587.5):
        assert list(wrong_settings("email_smtp", {**SENDER, "host": "a.test", "port": port})) == ["port"]


def test_an_unknown_setting_is_refused_with_those_that_there_are() -> None:
    assert wrong_settings(EXPO, {"base_uri": "x"}) == {
        "base_uri": "there is no such setting; this provider has the settings base_url, payload_overrides,"
        " token_deregistration, rate_limit, failover, failover_after_seconds, circuit_breaker"
    }
    assert "the settings base_url, " in wrong_settings("chat_telegram", {"token": None})["token"]
    assert wrong_settings("in_app_guide_knock", {"url": "x"})["url"].endswith("this provider has none")


def test_a_secret_among_the_settings_is_told_where_it_belongs() -> None:
    found = wrong_settings(EXPO, {"access_token": "s3cret"})
    assert "send it under `secrets`" in found["access_token"]
    assert "s3cret" not in str(found)


def test_what_is_required_must_be_there_after_the_change() -> None:
    assert wrong_settings(SES, {"from_name": "App"}) == {"from_address": "can't be blank"}
    assert wrong_settings(SES, {"from_address": None}, SENDER) == {"from_address": "can't be blank"}
    assert wrong_settings(SES, {"from_name": "App"}, SENDER) == {}


def test_of_settings_that_stand_for_each_other_one_must_be_there() -> None:
    telnyx = "sms_telnyx"
    assert wrong_settings(telnyx, {}) == {"from": "can't be blank without messaging_profile_id"}
    assert wrong_settings(telnyx, {"messaging_profile_id": "a-1"}) == {}
    assert wrong_settings(telnyx, {"from": None}, {"from": "App"}) == wrong_settings(telnyx, {})


def test_an_id_that_stands_in_an_address_cannot_lead_elsewhere() -> None:
    found = wrong_settings("sms_plivo", {"auth_id": "../Account", "from": "App"})
    assert list(found) == ["auth_id"]


def test_settings_stay_small_for_they_are_read_with_every_message() -> None:
    assert "bytes of JSON" in wrong_settings(WEBHOOK, {"body": "x" * MAX_SETTINGS_BYTES})[""]


def test_what_is_left_out_stays_and_null_takes_away() -> None:
    assert merged({"a": 1, "b": 2}, {"b": None, "c": 3, "d": None}) == {"a": 1, "c": 3}


@pytest.mark.parametrize(
    ("provider", "name", "value"),
    [
        ("push_fcm", "service_account_json", '{"project_id": "a", "client_email": "b", "private_key": "c"}'),
        (WEBHOOK, "signing_key", KEY_OF_24_BYTES),
        (EXPO, "access_token", "abc-_1+/="),
        (EXPO, "access_token", None),
        ("email_smtp", "password", "four words of text"),
    ],
)
def test_secrets_that_are_some_are_taken(provider: str, name: str, value: str | None) -> None:
    assert wrong_secrets(provider, **{name: value}) == {}


@pytest.mark.parametrize(
    ("provider", "name", "value"),
    [
        (WEBHOOK, "signing_key", "whsec_c2hvcnQ="),
        (WEBHOOK, "signing_key", "whsec_not*base64"),
        (WEBHOOK, "signing_key", KEY_OF_24_BYTES.removeprefix("whsec_")),
        (WEBHOOK, "signing_key", KEY_OF_24_BYTES + "é"),
        (WEBHOOK, "signing_key", 5),
        (EXPO, "access_token", "two words"),
        (EXPO, "access_token", "line\n"),
        (EXPO, "access_token", ""),
        (EXPO, "access_token", ["s3cret"]),
        (EXPO, "access_token", "x" * (MAX_SECRET + 1)),
        ("push_fcm", "service_account_json", '{"project_id": "a", "private_key": "s3cret"}'),
        ("push_fcm", "service_account_json", "s3cret"),
        ("email_smtp", "password", "s3cr\u00e9t"),
        ("email_smtp", "password", "s3cret\n"),
        ("chat_slack", "access_token", "s3cret"),
        (WEBHOOK, "signing_secret", "s3cret"),
    ],
)
def test_a_secret_that_is_none_is_refused_and_not_repeated(provider: str, name: str, value: Any) -> None:
    found = wrong_secrets(provider, **{name: value})
    assert list(found) == [name]
    assert value == "" or str(value) not in str(found)
