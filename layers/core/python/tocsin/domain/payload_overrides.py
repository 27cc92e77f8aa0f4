"""Payload overrides as they are written: a JSON object over the provider's own payload."""

from typing import Any

STRATEGY, MERGE, REPLACE = "__strategy__", "merge", "replace"
# Where a message's content has them.
PAYLOAD_OVERRIDES = "payload_overrides"


def overrides_problem(value: Any) -> str | None:
    """Why parsed JSON cannot be overrides, or None.

    >>> overrides_problem({"__strategy__": "replaced"})
    'its "__strategy__" must be "merge" or "replace"'
    """
    if not isinstance(value, dict):
        return "must be a JSON object"
    if value.get(STRATEGY, MERGE) not in (MERGE, REPLACE):
        return f'its "{STRATEGY}" must be "{MERGE}" or "{REPLACE}"'
    return None
