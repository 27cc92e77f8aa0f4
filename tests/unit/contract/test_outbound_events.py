"""The schemas that are published, and the events that have to keep to them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from admin import __main__ as admin
from admin.commands.event_schemas import FOLDER
from tests.builders.messages import a_draft
from tests.builders.runs import a_run
from tocsin.contract.messages import events_out
from tocsin.contract.outbound_events import detail_out, event_out, event_schemas
from tocsin.domain import json_text
from tocsin.domain.channels import EMAIL
from tocsin.domain.messages import Message, Status, moved
from tocsin.domain.outbound_events import EVENT_TYPES, message_events, run_events
from tocsin.domain.webhooks import Webhook
from tocsin.usecases.event_samples import sample_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
WEBHOOK = Webhook("w-1", "https://app.test/hear", NOON, NOON)


def sent() -> Message:
    made = a_draft(1, channel_type=EMAIL).message
    return moved(replace(made, status=Status.QUEUED), Status.SENT, NOON)


def problems(file: str, event: Any) -> list[str]:
    schema = event_schemas()[f"{file}.schema.json"]
    return [
        error.message
        for error in Draft202012Validator(schema).iter_errors(json_text.loads(json_text.dumps(event)))
    ]


def test_the_published_schemas_are_those_of_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert admin.main(["event-schemas", "--check"]) == 0, capsys.readouterr().err
    assert {file.name for file in FOLDER.iterdir()} == event_schemas().keys()


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_a_sample_of_every_event_keeps_to_them(event_type: str) -> None:
    sample = sample_of(event_type, WEBHOOK, "seed", NOON)

    assert sample.type == event_type
    assert problems("webhook-event", event_out(sample)) == []
    assert problems("event-bus-detail", detail_out(sample, "tocsin-prod", "production")) == []


def test_so_does_what_really_happens() -> None:
    events = [*message_events(None, sent()), *run_events(None, a_run(1))]

    assert len(events) == 3
    for event in events:
        assert problems("webhook-event", event_out(event)) == []


def test_an_event_has_the_name_that_it_has_in_the_list_of_its_message() -> None:
    message = sent()
    listed = {(event["type"], event["id"]) for event in events_out(message)}

    [told] = message_events(None, message)

    assert (told.type, told.id) in listed


def test_a_schema_is_no_rubber_stamp() -> None:
    event = event_out(sample_of("message.sent", WEBHOOK, "seed", NOON))

    assert problems("webhook-event", {**event, "type": "message.invented"})
    assert problems("webhook-event", {**event, "data": {"id": "m-1"}})
    assert problems("event-bus-detail", event)
