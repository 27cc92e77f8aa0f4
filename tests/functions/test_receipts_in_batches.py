"""Receipts as SQS hands them to their function: ten at a time, in a function that has seconds."""

import json
from typing import Any

from functions.receipts.handler import lambda_handler as receipts
from tests.builders.messages import ENV, an_email, put
from tocsin.channels.email.tags import ENVIRONMENT_TAG, MESSAGE_TAG
from tocsin.domain.messages import Status
from tocsin.lambda_kit.services import Services

TEN = range(10)


class Context:
    """The function's own time, of which a warm start has used little."""

    def get_remaining_time_in_millis(self) -> int:
        return 9_000


def _record(message_id: str) -> dict[str, Any]:
    tags = {ENVIRONMENT_TAG: [ENV], MESSAGE_TAG: [message_id]}
    event = {"detail": {"eventType": "Delivery", "mail": {"messageId": "external", "tags": tags}}}
    attributes = {"ApproximateReceiveCount": "1"}
    return {"messageId": message_id, "body": json.dumps(event), "attributes": attributes}


def test_a_batch_is_recorded_to_its_end(services: Services) -> None:
    """What goes back for lack of time comes again a minute later, and is a dead letter after eight times."""
    ids = put(services, *(an_email(number, status=Status.SENT) for number in TEN))

    answer = receipts({"Records": [_record(name) for name in ids]}, Context())

    assert answer == {"batchItemFailures": []}
    found = services.message_lists.find_many(ENV, ids)
    assert [message.status for message in found] == [Status.DELIVERED] * len(TEN)
