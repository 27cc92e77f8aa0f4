"""The keys by which steps tell things apart: of a batch, a throttle, a cohort."""

from tocsin.domain import json_text
from tocsin.domain.conditions_values import lookup
from tocsin.engine.context import Context

PREFIXES = ("data.", "recipient.", "actor.", "tenant.", "vars.", "workflow.", "run.")


def resolved_key(key: str | None, context: Context) -> str | None:
    """What a key stands for in this run: Liquid if it has any, else a path, which begins in `data` unless it says
    otherwise. None where nothing is there. Raises CompositionError."""
    if not key:
        return None
    if "{{" in key or "{%" in key:
        return context.render(key).strip() or None
    path = key if key.startswith(PREFIXES) else f"data.{key}"
    found = lookup(path, context.scope).value
    if found is None or found == "":
        return None
    return found if isinstance(found, str) else json_text.dumps(found)
