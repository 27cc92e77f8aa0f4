"""What a template or a channel says of the very request that a provider gets, over what we would have sent."""

from collections.abc import Mapping
from typing import Any

from tocsin.domain.json_text import deep_merge
from tocsin.domain.payload_overrides import REPLACE, STRATEGY

Json = Mapping[str, Any]


def overridden(overrides: Json, payload: Json, kept: Json, marks: Json) -> dict[str, Any]:
    """Merged into the payload at every depth, or in its place. `kept` (to whom and from whom) is said in either case,
    unless the overrides say otherwise; `marks` are ours by which receipts find the message, and stay what they are.

    >>> overridden({"text": "Ho", "tags": ["a"]}, {"text": "Hi", "ttl": 5}, {"to": "1"}, {"tags": ["id-1"]})
    {'to': '1', 'text': 'Ho', 'ttl': 5, 'tags': ['a', 'id-1']}
    >>> overridden({"__strategy__": "replace", "text": "Ho"}, {"text": "Hi", "ttl": 5}, {"to": "1"}, {})
    {'to': '1', 'text': 'Ho'}
    """
    said = {name: value for name, value in overrides.items() if name != STRATEGY}
    usual = dict(kept) if overrides.get(STRATEGY) == REPLACE else deep_merge(dict(kept), dict(payload))
    return _marked(deep_merge(usual, said), marks)


def _marked(payload: dict[str, Any], marks: Json) -> dict[str, Any]:
    for name, mark in marks.items():
        there = payload.get(name)
        if isinstance(there, list) and isinstance(mark, list):
            payload[name] = [*there, *mark]
        elif isinstance(there, dict) and isinstance(mark, dict):
            payload[name] = {**there, **mark}
        else:
            payload[name] = mark
    return payload
