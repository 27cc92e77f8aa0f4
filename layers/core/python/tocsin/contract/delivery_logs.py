"""Delivery logs on the wire: one entry for each call of a provider."""

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pydantic import Field

from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.domain import json_text
from tocsin.domain.clock import to_iso
from tocsin.domain.exchanges import Exchange
from tocsin.domain.ids import ksuid
from tocsin.domain.messages import Message
from tocsin.domain.redaction import shown_content


class DeliveryLogRequestOut(Model):
    method: str
    host: str
    path: str
    query: str | None
    headers: dict[str, Any] | None
    body: str | dict[str, Any]


class DeliveryLogResponseOut(Model):
    """Without a `status` when no answer came; `body` then says why. A body that was a JSON object is one here too."""

    status: int | None = None
    headers: dict[str, Any] | None
    body: str | dict[str, Any]


class DeliveryLogOut(Model):
    typename: str = Field(alias="__typename")
    id: str
    environment_id: str
    service_name: str
    request: DeliveryLogRequestOut
    response: DeliveryLogResponseOut
    inserted_at: str


class DeliveryLogsOut(Model):
    items: list[DeliveryLogOut]
    page_info: PageInfoOut


def delivery_logs_out(env: str, message: Message, content: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Oldest first. `content` is what was sent, None when it is gone."""
    return [_log_out(env, message, at, exchange, content) for at, exchange in message.exchanges]


def _log_out(
    env: str, message: Message, at: datetime, exchange: Exchange, content: dict[str, Any] | None
) -> dict[str, Any]:
    return {
        "__typename": "MessageDeliveryLog",
        "id": ksuid(at, message.id, "delivery_log"),
        "environment_id": str(uuid5(NAMESPACE_URL, env)),
        "service_name": exchange.service,
        "request": {
            "method": exchange.method,
            "host": exchange.host,
            "path": exchange.path,
            "query": exchange.query,
            "headers": None,
            "body": shown_content(content) if content else "",
        },
        "response": {
            **({} if exchange.status is None else {"status": exchange.status}),
            "headers": exchange.headers or None,
            "body": _body(exchange.answer),
        },
        "inserted_at": to_iso(at),
    }


def _body(answer: str) -> str | dict[str, Any]:
    """Text where it is no JSON object, or one that was too long to be kept whole."""
    try:
        value = json_text.loads(answer)
    except (ValueError, RecursionError):
        return answer
    return value if isinstance(value, dict) else answer
