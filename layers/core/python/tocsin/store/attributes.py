"""Plain values as DynamoDB writes them, and back.

Every value of every row passes through here, and most are texts: those are told before anything is called for them.
"""

from typing import Any


def to_attribute(value: object) -> dict[str, Any]:
    """A plain value as DynamoDB writes it. Fractions do not occur: what a customer sent is kept as JSON text."""
    match value:
        case list() | tuple():
            return {"L": [{"S": one} if type(one) is str else to_attribute(one) for one in value]}
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case dict():
            return {"M": to_attributes(value)}
    raise TypeError(f"{type(value).__name__} has no place in a row")


def to_attributes(item: dict[str, Any]) -> dict[str, Any]:
    """None is absence: a row has no nulls."""
    return {
        name: {"S": value} if type(value) is str else to_attribute(value)
        for name, value in item.items()
        if value is not None
    }


def from_attribute(attribute: Any) -> Any:
    if "L" in attribute:
        return [one["S"] if "S" in one else from_attribute(one) for one in attribute["L"]]
    if "N" in attribute:
        return int(attribute["N"])
    [(kind, value)] = attribute.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "M":
            return from_attributes(value)
    raise TypeError(f"attribute type {kind} has no place in a row")


def from_attributes(attributes: Any) -> dict[str, Any]:
    return {
        name: attribute["S"] if "S" in attribute else from_attribute(attribute)
        for name, attribute in attributes.items()
    }
