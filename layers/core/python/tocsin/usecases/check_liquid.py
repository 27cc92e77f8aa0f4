"""Checks of a definition's Liquid, as it is saved."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import text

LIQUID = "liquid_syntax"

Fields = Mapping[str, Any]


def liquid(owner: Fields, field: str) -> Iterator[FieldProblem]:
    """The syntax of one template string. Anything but a string is somebody else's problem."""
    # Liquid takes a while to import, and only saving needs it: reading the API stays quick from cold.
    from tocsin.rendering.liquid import check

    source = owner.get(field)
    if isinstance(source, str):
        yield from (FieldProblem(field, problem, LIQUID) for problem in check(source))


def liquid_text(owner: Fields, field: str, *, required: bool = False) -> Iterator[FieldProblem]:
    yield from text(owner, field, required=required)
    yield from liquid(owner, field)
