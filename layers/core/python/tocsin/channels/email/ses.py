"""Amazon SES, API v2 (SendEmail with raw content). Settings: `from_address`, `from_name`, `reply_to_address`."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from tocsin.channels.base import (
    CredentialsError,
    DeliveryError,
    Outgoing,
    RejectedError,
    RetryableError,
    Sent,
    ThrottledError,
)
from tocsin.channels.email.mime import destinations, to_mime
from tocsin.domain import json_text
from tocsin.domain.exchanges import Exchange

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

KEY = "email_aws_ses"
PATH = "/v2/email/outbound-emails"

# SES's error codes (API reference, SendEmail) by what they mean for the message. What is not here is retried.
ERRORS: dict[str, type[DeliveryError]] = {
    "MessageRejected": RejectedError,
    "MailFromDomainNotVerifiedException": RejectedError,
    "BadRequestException": RejectedError,
    "ValidationException": RejectedError,
    "NotFoundException": RejectedError,
    "AccountSuspendedException": CredentialsError,
    "SendingPausedException": CredentialsError,
    "AccessDeniedException": CredentialsError,
    "TooManyRequestsException": ThrottledError,
    "LimitExceededException": ThrottledError,
}


class SesProvider:
    def __init__(self, client: "SESV2Client") -> None:
        self._client = client

    def send(self, outgoing: Outgoing) -> Sent:
        """Raises the typed errors of `channels.base`; never anything of botocore's."""
        try:
            answer = self._client.send_email(
                FromEmailAddress=outgoing.content["from"],
                Content={"Raw": {"Data": to_mime(outgoing.content, outgoing.message_id)}},
                Destination=destinations(outgoing.content),  # type: ignore[arg-type]
            )
        except ClientError as error:
            code, text = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
            exchange = self._answered(error.response, error.response["Error"])
            raise ERRORS.get(code, RetryableError)(f"{code}: {text}", exchange=exchange) from error
        except BotoCoreError as error:
            raise RetryableError(str(error), exchange=self._exchange(answer=str(error))) from error
        except ValueError as error:
            raise RejectedError(f"the email cannot be written: {error}") from error
        body = {"MessageId": answer["MessageId"]}
        return Sent(external_id=answer["MessageId"], exchange=self._answered(answer, body))

    def _answered(self, answer: Any, body: Any) -> Exchange:
        facts = answer.get("ResponseMetadata", {})
        request_id = facts.get("RequestId")
        return self._exchange(
            status=facts.get("HTTPStatusCode"),
            headers={"x-amzn-requestid": request_id} if request_id else {},
            answer=json_text.dumps(body),
        )

    def _exchange(self, **answer: Any) -> Exchange:
        host = urlsplit(self._client.meta.endpoint_url).netloc
        return Exchange(service="aws_ses", method="POST", host=host, path=PATH, **answer)
