"""Amazon Bedrock's Converse API, as a loopback server plays it, and a real client that asks there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

from tests.builders.http_sink import Sink, answer, http_sink
from tocsin.aws.bedrock import Models


def said(text: str, stop: str = "end_turn", tokens: tuple[int, int] = (12, 34)) -> bytes:
    """A reply."""
    heard, spoken = tokens
    reply = {
        "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
        "stopReason": stop,
        "usage": {"inputTokens": heard, "outputTokens": spoken, "totalTokens": heard + spoken},
        "metrics": {"latencyMs": 5},
    }
    return answer(200, json.dumps(reply).encode(), content_type="application/json")


def refused(status: int, code: str, message: str = "No.") -> bytes:
    body = json.dumps({"message": message}).encode()
    return answer(status, body, content_type="application/json", x_amzn_errortype=code)


@contextmanager
def bedrock(read_timeout: float = 5) -> Iterator[tuple[Sink, Models]]:
    with http_sink() as server:
        yield server, models_at(server.url, read_timeout)


def models_at(url: str, read_timeout: float = 5) -> Models:
    config = Config(read_timeout=read_timeout, retries={"mode": "standard", "total_max_attempts": 1})
    session: Any = botocore.session.get_session()

    @cache
    def client() -> Any:
        return session.create_client(
            "bedrock-runtime",
            region_name="us-east-1",
            endpoint_url=url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=config,
        )

    return Models(client)
