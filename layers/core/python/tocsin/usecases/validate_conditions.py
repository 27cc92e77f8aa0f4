"""Conditions as a definition's fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain.conditions_problems import problems as condition_problems
from tocsin.domain.conditions_reach import IN_RUNS, Reach
from tocsin.domain.errors import FieldProblem


def conditions_problems(owner: Mapping[str, Any], reach: Reach = IN_RUNS) -> Iterator[FieldProblem]:
    """`all[0].variable` of the rules becomes `conditions.all.0.variable` of the answer."""
    for path, message in condition_problems(owner.get("conditions"), reach):
        dotted = path.replace("[", ".").replace("]", "")
        yield FieldProblem(f"conditions.{dotted}" if dotted else "conditions", message, "condition")
