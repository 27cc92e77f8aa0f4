"""Models on Amazon Bedrock as a port: one question, one reply, by the Converse API that is the same for all of them."""

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from tocsin.domain.work import Failed, Prompt, Replied

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

LONGEST_MESSAGE = 500
# What may be better in a minute, besides a server's failure; 424 is what Bedrock makes of a model's own.
PASSING = {408: "model_timeout", 424: "model_error", 429: "model_throttled"}
SERVER_ERROR = 500


class Models:
    """The client is made for the first question: few processes ever have one."""

    def __init__(self, client: "Callable[[], BedrockRuntimeClient]") -> None:
        self._client = client
        self._making = Lock()  # questions are asked side by side, and a session makes one client at a time

    def perform(self, prompt: Prompt) -> Replied | Failed:
        with self._making:
            client = self._client()
        try:
            answer = client.converse(
                modelId=prompt.model,
                messages=[{"role": "user", "content": [{"text": prompt.text}]}],
                inferenceConfig={"maxTokens": prompt.longest_reply},
            )
        except ClientError as error:
            return _refusal(error)
        except ReadTimeoutError:
            return Failed("model_timeout", "the model did not reply in time", retryable=True)
        except (BotoCoreError, ResponseParserError) as error:
            return Failed("no_answer", _shown(error), retryable=True)
        return _reply(answer)


def _refusal(error: ClientError) -> Failed:
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    message = _shown(error)
    if status in PASSING:
        return Failed(PASSING[status], message, retryable=True)
    if status >= SERVER_ERROR:
        return Failed("model_error", message, retryable=True)
    return Failed("request_refused", message, retryable=False)


def _reply(answer: Any) -> Replied | Failed:
    """Of a model that thinks aloud, only what it says at last."""
    try:
        blocks = answer["output"]["message"]["content"]
        usage = answer["usage"]
        text = "".join(block.get("text", "") for block in blocks)
        return Replied(text, answer["stopReason"], usage["inputTokens"], usage["outputTokens"])
    except KeyError as missing:
        return Failed("invalid_reply", f"Bedrock's answer lacks {missing}", retryable=True)


def _shown(error: Exception) -> str:
    return str(error)[:LONGEST_MESSAGE]
