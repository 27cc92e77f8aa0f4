"""What every provider that reports later keeps to: the vendor alone is believed, and what it says is read or left."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders.hook_calls import CALLS, ENV, HOST, MESSAGE_ID, NOW, HookCalls
from tocsin.channels.hooks import MAX_FIELDS, Hook
from tocsin.channels.registry import REPORTING, reporter_of, spec_of
from tocsin.domain import json_text
from tocsin.domain.errors import ForgedReceiptError, MalformedReceiptError
from tocsin.domain.receipts import Receipt

GOLDEN = Path(__file__).parent / "golden_receipts"
DATED = [calls for calls in CALLS.values() if calls.tolerates]
JSON = [calls for calls in CALLS.values() if calls.form == "json"]
EMAIL = [calls for calls in CALLS.values() if calls.key.startswith("email_")]
ODD: tuple[Any, ...] = (
    None,
    5,
    "text",
    [],
    {},
    [[]],
    [None, "text", 5],
    {"data": []},
    {"event": {}, "entry": {"changes": 5}},
)


def golden(calls: HookCalls) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((GOLDEN / f"{calls.key}.json").read_text())
    return told


def read(calls: HookCalls, hook: Hook) -> list[Receipt]:
    reporter = reporter_of(calls.key)
    assert reporter is not None
    return list(reporter.receipts(hook))


def any_call(calls: HookCalls) -> Any:
    return golden(calls)["calls"][0]


def each(calls: list[HookCalls]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("calls", calls, ids=[one.key for one in calls])


def test_every_provider_that_reports_is_tried() -> None:
    assert set(CALLS) == REPORTING
    assert {path.stem for path in GOLDEN.iterdir()} == REPORTING


@each(list(CALLS.values()))
def test_what_it_needs_can_be_said_of_its_channels(calls: HookCalls) -> None:
    spec = spec_of(calls.key)
    assert spec is not None
    assert spec.secrets.keys() >= set(calls.secrets)
    assert spec.settings.keys() >= calls.settings.keys()
    for name, value in calls.settings.items():
        assert not list(spec.settings[name].check(value))


@each(list(CALLS.values()))
def test_signed_calls_are_read(calls: HookCalls) -> None:
    told = golden(calls)
    found = [receipt for call in told["calls"] for receipt in read(calls, calls.signed(call))]
    assert {(receipt.env, receipt.message_id) for receipt in found} == {(ENV, MESSAGE_ID)}
    assert [
        [
            receipt.status.value,
            receipt.external_id,
            receipt.address,
            receipt.facts.get("failure_details"),
            receipt.is_soft,
            receipt.suppresses,
        ]
        for receipt in found
    ] == told["receipts"]


@each(list(CALLS.values()))
def test_whoever_has_another_secret_is_refused(calls: HookCalls) -> None:
    with pytest.raises(ForgedReceiptError):
        read(calls, calls.signed(any_call(calls), secret="somebody-elses-secret-of-that-many"))


@each(list(CALLS.values()))
def test_a_channel_without_the_secret_believes_nobody_and_says_which_is_missing(calls: HookCalls) -> None:
    hook = replace(calls.signed(any_call(calls)), read_secret=lambda _: None, settings={})
    with pytest.raises(
        ForgedReceiptError, match=f"no (secret|setting) '{[*calls.secrets, *calls.settings][0]}'"
    ):
        read(calls, hook)


@each([calls for calls in CALLS.values() if calls.key != "email_mailgun"])
def test_without_any_of_its_headers_a_call_is_refused(calls: HookCalls) -> None:
    hook = calls.signed(any_call(calls))
    for name in hook.headers.keys() - {"x-sinch-webhook-signature-algorithm"}:
        rest = {other: value for other, value in hook.headers.items() if other != name}
        with pytest.raises(ForgedReceiptError, match="not signed"):
            read(calls, replace(hook, headers=rest))


@each(list(CALLS.values()))
def test_a_signature_that_is_none_is_refused(calls: HookCalls) -> None:
    hook = calls.signed(any_call(calls))
    for nonsense in ("", "x", "=", "Basic é", "Bearer a.b.c", "v1,", "ff" * 32, "\x00"):
        headers = dict.fromkeys(hook.headers, nonsense)
        body = hook.body.replace(b'"signature": "', b'"signature": "zz')
        with pytest.raises(ForgedReceiptError):
            read(calls, replace(hook, headers=headers, body=body))


@each([calls for calls in CALLS.values() if calls.proves_body])
def test_what_was_changed_on_its_way_is_refused(calls: HookCalls) -> None:
    hook = calls.signed(any_call(calls))
    changed = (
        replace(hook, url=hook.url.replace("status=", "status=x"))
        if calls.form == "query"
        else replace(hook, body=hook.body + b"x")
    )
    with pytest.raises(ForgedReceiptError):
        read(calls, changed)


@each([calls for calls in CALLS.values() if calls.of_message])
def test_a_call_for_one_message_is_none_for_another(calls: HookCalls) -> None:
    hook = calls.signed(any_call(calls))
    with pytest.raises(ForgedReceiptError):
        read(calls, replace(hook, url=hook.url.replace(MESSAGE_ID, "2nB5Yb6Ym6TzJ8vQ0dXlE1kRfGi")))


@each(DATED)
def test_an_old_call_is_refused_and_one_from_the_future(calls: HookCalls) -> None:
    assert calls.tolerates
    second = timedelta(seconds=1)
    for at in (NOW - calls.tolerates - second, NOW + calls.tolerates + second):
        with pytest.raises(ForgedReceiptError, match="clocks"):
            read(calls, calls.signed(any_call(calls), at=at))
    for at in (NOW - calls.tolerates, NOW + calls.tolerates):
        read(calls, calls.signed(any_call(calls), at=at))


@each(JSON)
def test_what_is_no_json_is_told_so(calls: HookCalls) -> None:
    for text in ("", "{", "<html>", "[" * 100_000):
        with pytest.raises(MalformedReceiptError):
            read(calls, calls.signed(text.encode()))


@each([calls for calls in JSON if calls.key != "email_mailgun"])
def test_what_nobody_expects_is_left(calls: HookCalls) -> None:
    for odd in ODD:
        assert read(calls, calls.signed(odd)) == []


@each(JSON)
def test_whatever_is_odd_within_an_event_breaks_nothing(calls: HookCalls) -> None:
    for call in golden(calls)["calls"]:
        for changed in _spoiled(call):
            for receipt in read(calls, calls.signed(changed)):
                assert receipt.env == ENV
                json_text.dumps(receipt.facts).encode()


@pytest.mark.parametrize("key", ["sms_plivo", "sms_twilio"])
def test_a_form_without_an_end_is_not_taken_apart(key: str) -> None:
    """Anybody may send one: some vendors sign what is in it."""
    calls = CALLS[key]
    hook = replace(calls.signed(any_call(calls)), body=b"a=1&" * (MAX_FIELDS + 1))

    with pytest.raises((MalformedReceiptError, ForgedReceiptError)):
        read(calls, hook)
    with pytest.raises(MalformedReceiptError):
        hook.form()


@each(EMAIL)
def test_emails_of_another_environment_are_left(calls: HookCalls) -> None:
    text = json.dumps(golden(calls)["calls"]).replace(ENV, "production")
    for call in json.loads(text):
        assert read(calls, calls.signed(call)) == []


def test_meta_is_answered_what_it_asks_before_it_calls() -> None:
    reporter = reporter_of("chat_whatsapp")
    assert reporter is not None
    assert reporter.challenge is not None
    hook = replace(CALLS["chat_whatsapp"].signed({}), read_secret={"webhook_verify_token": "word"}.get)
    assert reporter.challenge(hook) is None
    asked = replace(
        hook, method="GET", url=f"{HOST}/?hub.mode=subscribe&hub.challenge=115&hub.verify_token=word"
    )
    assert reporter.challenge(asked) == "115"
    for url in (f"{HOST}/?hub.challenge=115&hub.verify_token=other", HOST):
        with pytest.raises(ForgedReceiptError):
            reporter.challenge(replace(asked, url=url))


def _spoiled(value: Any) -> Iterator[Any]:
    """The same with one thing in it that is odd, for each thing in it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        for odd in (None, 5, [], {}, "\ud800", *_spoiled(inner)):
            changed = value.copy()
            changed[name] = odd
            yield changed
