"""Which fields are wrong, by their names on the wire: a validator names those within its value, of which pydantic knows
only where that stands."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from tocsin.contract.either import is_branch
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


def in_words(error: ValidationError) -> str:
    """What is wrong, without what was sent: for a log."""
    return "; ".join(
        f"{'.'.join(str(part) for part in one['loc'] if not is_branch(part))}: "
        f"{'is missing' if one['type'] == 'missing' else one['msg']}"
        for one in error.errors()
    )
