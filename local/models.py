"""What a laptop has in the place of models on Amazon Bedrock: replies of the right form, without a thought.

A step that wants JSON ends its prompt with the schema, in one line. The reply is then the least that fits it: schemas
that refer, combine or match patterns go beyond this stand-in, and a step that has one fails here.
"""

import json
from typing import Any

SHOWN = 200
_LEAST = {"string": "example", "integer": 1, "number": 1, "boolean": True, "null": None}

Json = dict[str, Any]


def converse(model: str, request: Json) -> Json:
    """A reply of the Converse API. A token is taken to be four characters."""
    prompt = "\n".join(block["text"] for message in request["messages"] for block in message["content"])
    reply = _reply(model, prompt)
    said, heard = len(reply) // 4 + 1, len(prompt) // 4 + 1
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": reply}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": heard, "outputTokens": said, "totalTokens": heard + said},
        "metrics": {"latencyMs": 1},
    }


def _reply(model: str, prompt: str) -> str:
    schema = _schema(prompt.rpartition("\n")[2])
    if schema is not None:
        return json.dumps(example(schema))
    shown = prompt if len(prompt) <= SHOWN else f"{prompt[:SHOWN]}…"
    return f"There is no model on this machine. {model} would have been asked: {shown}"


def _schema(line: str) -> Json | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def example(schema: Any) -> Any:
    """The least that fits, with every property.

    >>> example({"type": "object", "properties": {"size": {"enum": ["s", "m"]}, "tags": {"type": "array"}}})
    {'size': 's', 'tags': []}
    """
    if not isinstance(schema, dict):
        return "example"
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    kinds = schema.get("type", "object" if "properties" in schema else "string")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if kind == "object":
        return {name: example(part) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        fewest = schema.get("minItems", 1 if "items" in schema else 0)
        return [example(schema.get("items"))] * fewest
    return schema.get("minimum", _LEAST.get(kind, "example"))
