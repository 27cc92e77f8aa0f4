"""How a validator names the very fields that are wrong within its value: pydantic knows only where the value stands."""

from collections.abc import Iterable, Mapping
from typing import Any

from tocsin.domain.errors import FieldProblem


class WrongFieldsError(ValueError):
    """`problems` are by the fields' paths within the value."""

    def __init__(self, problems: Iterable[FieldProblem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{problem.field}: {problem.message}" for problem in self.problems))


def problems_within(error: Mapping[str, Any]) -> list[FieldProblem]:
    """Those of one of pydantic's errors, if it has any."""
    cause = error.get("ctx", {}).get("error")
    return cause.problems if isinstance(cause, WrongFieldsError) else []
