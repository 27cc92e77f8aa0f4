"""How long a webhook is believed in, and which secrets it signs with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tocsin.domain.created_secrets import TAKES_OVER_WITHIN
from tocsin.domain.signing_secrets import live_names
from tocsin.domain.webhooks import (
    LEAST_FAILURES,
    PATIENCE,
    Webhook,
    after_failure,
    after_success,
    switched,
    with_new_secret,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEBHOOK = Webhook("w-1", "https://app.test/hear", NOON, NOON)


def failed(webhook: Webhook, times: int, at: datetime) -> Webhook:
    for _ in range(times):
        webhook = after_failure(webhook, at)
    return webhook


def test_one_that_takes_nothing_for_five_days_is_disabled_and_says_why() -> None:
    patient = failed(WEBHOOK, LEAST_FAILURES, NOON)

    assert patient.enabled
    assert after_failure(patient, NOON + PATIENCE - HOUR).enabled
    disabled = after_failure(patient, NOON + PATIENCE)
    assert not disabled.enabled
    assert disabled.disabled_because == "it has taken none of 11 events since 2026-01-01T12:00:00.000Z"


def test_a_few_failures_far_apart_are_no_reason() -> None:
    assert failed(WEBHOOK, LEAST_FAILURES - 1, NOON + 3 * PATIENCE).enabled
    assert after_failure(failed(WEBHOOK, 1, NOON), NOON + 3 * PATIENCE).enabled


def test_whatever_it_takes_begins_the_counting_anew() -> None:
    failing = failed(WEBHOOK, LEAST_FAILURES, NOON)

    well = after_success(failing)

    assert well.failing is None
    assert after_success(well) is well
    assert after_failure(well, NOON + PATIENCE).enabled


def test_one_that_is_enabled_again_starts_with_a_clean_sheet() -> None:
    disabled = after_failure(failed(WEBHOOK, LEAST_FAILURES, NOON), NOON + PATIENCE)

    enabled = switched(disabled, True, NOON + PATIENCE)

    assert (enabled.enabled, enabled.disabled_because, enabled.failing) == (True, None, None)
    assert after_failure(enabled, NOON + 2 * PATIENCE).enabled


def test_two_secrets_sign_for_a_day_and_then_the_newer_alone() -> None:
    webhook = with_new_secret(with_new_secret(WEBHOOK, "first", NOON), "second", NOON + HOUR)

    assert live_names(webhook.secrets, NOON + HOUR) == ["second", "first"]
    assert live_names(webhook.secrets, NOON + HOUR + TAKES_OVER_WITHIN) == ["second"]


def test_no_more_than_two_secrets_are_ever_live() -> None:
    webhook = WEBHOOK
    for name in ("first", "second", "third"):
        webhook = with_new_secret(webhook, name, NOON)

    assert live_names(webhook.secrets, NOON) == ["third", "second"]


@pytest.mark.parametrize(
    ("listed", "enabled", "hears"),
    [((), True, True), (("message.read",), True, True), (("message.sent",), True, False), ((), False, False)],
)
def test_it_hears_what_it_lists_or_everything(listed: tuple[str, ...], enabled: bool, hears: bool) -> None:
    assert replace(WEBHOOK, event_types=listed, enabled=enabled).hears("message.read") is hears
