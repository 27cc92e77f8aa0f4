"""A call of an AWS API that sends something: its refusals as errors by type, its facts for the delivery log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from tocsin.channels.base import DeliveryError, RejectedError, RetryableError
from tocsin.domain import json_text
from tocsin.domain.exchanges import LONGEST_ANSWER, Exchange


@dataclass(frozen=True, slots=True)
class AwsCalls:
    """`errors`: what the API's error codes mean for a message; a code that is not there is retried."""

    service: str
    path: str
    client: Any
    errors: Mapping[str, type[DeliveryError]]

    def send(self, operation: Callable[..., Any], /, **arguments: Any) -> tuple[str, Exchange]:
        """The id that AWS gave the message. Raises errors of `channels.base` by type, never anything of botocore's."""
        try:
            answer = operation(**arguments)
        except ClientError as error:
            facts = error.response["Error"]
            text = f"{facts['Code']}: {facts.get('Message') or ''}"[:LONGEST_ANSWER]
            exchange = self._answered(error.response, facts)
            raise self.errors.get(facts["Code"], RetryableError)(text, exchange=exchange) from error
        except ParamValidationError as error:
            text = f"payload overrides: {error}"[:LONGEST_ANSWER]
            raise RejectedError(text, exchange=self._exchange(answer=text)) from error
        except (BotoCoreError, ResponseParserError) as error:
            text = str(error)[:LONGEST_ANSWER]
            raise RetryableError(text, exchange=self._exchange(answer=text)) from error
        message_id: str | None = answer.get("MessageId")
        exchange = self._answered(answer, {"MessageId": message_id})
        if not message_id:
            raise RetryableError(f"{self.service} gave the message no id", exchange=exchange)
        return message_id, exchange

    def _answered(self, answer: Any, body: Any) -> Exchange:
        facts = answer.get("ResponseMetadata", {})
        request_id = facts.get("RequestId")
        return self._exchange(
            status=facts.get("HTTPStatusCode"),
            headers={"x-amzn-requestid": request_id} if request_id else {},
            answer=json_text.dumps(body),
        )

    def _exchange(self, **answer: Any) -> Exchange:
        host = urlsplit(self.client.meta.endpoint_url).netloc
        return Exchange(self.service, "POST", host, self.path, **answer)
