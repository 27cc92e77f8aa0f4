"""An evaluation as a run's log tells it: what was compared, without what must not be seen or is too long to be."""

from collections.abc import Mapping
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.conditions import NOT_EVALUATED, ConditionResult, Evaluation
from tocsin.domain.conditions_values import dynamic_paths

# Data and recipients' own conditions have any size, and the row of a run must hold its log.
MAX_SHOWN = 200
MAX_ITEMS = 10
HIDDEN = "…"
# Some environments keep keys among their variables; the data of channels is tokens.
_SECRET = ("vars.", "event.channel_data")


def explained(evaluation: Evaluation) -> dict[str, Any]:
    return {"passed": evaluation.passed, "results": [*map(explained_result, evaluation.results)]}


def explained_result(result: ConditionResult) -> dict[str, Any]:
    """As it is written, what was found for it, and how it came out. `resolved` is where the argument's paths led."""
    told = {
        "variable": clipped(result.variable),
        "operator": result.operator,
        "argument": clipped(result.argument),
        "result": result.result,
    }
    if result.result == NOT_EVALUATED:
        return told
    paths = list(dynamic_paths(result.argument))
    told["value"] = HIDDEN if result.variable.startswith(_SECRET) else _shown(result.value)
    if paths:
        is_secret = any(path.startswith(_SECRET) for path in paths)
        told["resolved"] = HIDDEN if is_secret else _shown(result.resolved)
    return told


def clipped(value: Any) -> Any:
    """What somebody wrote, cut short."""
    text = value if isinstance(value, str) else json_text.dumps(value)
    return value if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _shown(value: object) -> object:
    """What somebody's data held, at a glance: neither long texts nor what is inside of objects."""
    if isinstance(value, list):
        items = ["[…]" if isinstance(item, list) else _shown(item) for item in value[:MAX_ITEMS]]
        return items if len(value) <= MAX_ITEMS else [*items, HIDDEN]
    if isinstance(value, str):
        return clipped(value)
    return "{…}" if isinstance(value, Mapping) else value
