"""Plain values as DynamoDB writes them, and back."""

from typing import Any


def to_attribute(value: object) -> dict[str, Any]:
    """A plain value as DynamoDB writes it. Fractions do not occur: what a customer sent is kept as JSON text."""
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case list() | tuple():
            return {"L": [to_attribute(element) for element in value]}
        case dict():
            return {"M": to_attributes(value)}
    raise TypeError(f"{type(value).__name__} has no place in a row")


def to_attributes(item: dict[str, Any]) -> dict[str, Any]:
    """None is absence: a row has no nulls."""
    return {name: to_attribute(value) for name, value in item.items() if value is not None}


def from_attribute(attribute: Any) -> Any:
    [(kind, value)] = attribute.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return int(value)
        case "L":
            return [from_attribute(element) for element in value]
        case "M":
            return from_attributes(value)
    raise TypeError(f"attribute type {kind} has no place in a row")


def from_attributes(attributes: Any) -> dict[str, Any]:
    return {name: from_attribute(attribute) for name, attribute in attributes.items()}
