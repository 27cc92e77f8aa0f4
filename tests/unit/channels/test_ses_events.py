"""What SES reports, and what it means for a message."""

from typing import Any

import pytest
from pydantic import ValidationError

from tocsin.channels.email.ses_events import SesEventIn, receipt_of
from tocsin.channels.email.tags import ENVIRONMENT_TAG, MESSAGE_TAG
from tocsin.domain import json_text
from tocsin.domain.messages import Status
from tocsin.domain.receipts import Receipt

JANE, ARCHIVE = "jane@app.test", "archive@app.test"


def receipt(
    kind: str, *, to: str | None = f"Jane <{JANE}>", tags: bool = True, **told: Any
) -> Receipt | None:
    """As EventBridge hands it on; `told` is what the event says beside the mail."""
    mail: dict[str, Any] = {"messageId": "ses-1", "timestamp": "2026-01-01T12:00:00Z"}
    if tags:
        mail["tags"] = {ENVIRONMENT_TAG: ["development"], MESSAGE_TAG: ["m1"]}
    if to is not None:
        mail["commonHeaders"] = {"to": [to], "subject": "Hi"}
    detail = {"eventType": kind, "mail": mail, **told}
    event = {"version": "0", "source": "aws.ses", "detail-type": "Email", "detail": detail}
    return receipt_of(SesEventIn.model_validate_json(json_text.dumps(event)))


def bounce(address: str, **more: Any) -> dict[str, Any]:
    bounced = [{"emailAddress": address, "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]
    return {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": bounced, **more}


def test_a_delivery_is_an_arrival_of_the_message_that_the_tags_name() -> None:
    told = receipt("Delivery", delivery={"recipients": [JANE]})
    assert told == Receipt("development", "m1", "ses-1", Status.DELIVERED)


def test_a_bounce_says_why() -> None:
    told = receipt("Bounce", bounce=bounce(JANE))
    assert told is not None
    assert told.status is Status.BOUNCED
    assert told.facts == {
        "failure_reason": "bounced",
        "failure_details": "Permanent/General; smtp; 550 5.1.1 user unknown",
    }


def test_a_transient_bounce_is_one_too_for_ses_has_tried_for_hours() -> None:
    told = receipt("Bounce", bounce=bounce(JANE, bounceType="Transient", bounceSubType="MailboxFull"))
    assert told is not None
    assert told.status is Status.BOUNCED
    assert told is not None
    assert told.is_soft


def test_what_ses_will_not_send_is_undelivered() -> None:
    told = receipt("Reject", reject={"reason": "Bad content"})
    assert told is not None
    assert (told.status, told.facts["failure_details"]) == (Status.UNDELIVERED, "Bad content")


@pytest.mark.parametrize(
    ("kind", "told"),
    [("Bounce", {"bounce": bounce(ARCHIVE)}), ("Delivery", {"delivery": {"recipients": [ARCHIVE]}})],
)
def test_what_became_of_a_copy_says_nothing_of_the_message(kind: str, told: dict[str, Any]) -> None:
    assert receipt(kind, **told) is None


def test_addresses_are_the_same_however_they_are_written() -> None:
    assert receipt("Bounce", bounce=bounce(JANE.upper())) is not None


def test_without_the_emails_headers_every_report_counts() -> None:
    assert receipt("Bounce", to=None, bounce=bounce(ARCHIVE)) is not None


def test_an_email_of_somebody_else_in_the_account_is_none_of_ours() -> None:
    assert receipt("Delivery", tags=False) is None


@pytest.mark.parametrize("body", ['{"detail": {"eventType": "Opened"}}', "{}", "jane@app.test"])
def test_what_is_malformed_is_refused_without_telling_what_it_held(body: str) -> None:
    with pytest.raises(ValidationError) as raised:
        SesEventIn.model_validate_json(body)
    assert "jane" not in str(raised.value)
    assert "Opened" not in str(raised.value)


def test_who_calls_an_email_spam_has_got_it_and_gets_no_more() -> None:
    told = receipt("Complaint", complaint={"complainedRecipients": [{"emailAddress": JANE}]})
    assert told == Receipt("development", "m1", "ses-1", Status.DELIVERED, address=JANE, suppresses=True)
    assert receipt("Complaint", complaint={"complainedRecipients": [{"emailAddress": ARCHIVE}]}) is None


@pytest.mark.parametrize(
    ("kind", "suppresses"), [("Permanent", True), ("Transient", False), ("Undetermined", False)]
)
def test_an_address_is_gone_when_ses_says_so_and_not_before(kind: str, suppresses: bool) -> None:
    told = receipt("Bounce", bounce=bounce(JANE, bounceType=kind))
    assert told is not None
    assert told.suppresses is suppresses
