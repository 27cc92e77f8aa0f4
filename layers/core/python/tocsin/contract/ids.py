"""Ids on the wire: the domain's rules, and how the OpenAPI document tells of them."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from tocsin.domain.recipients import MAX_ID_LENGTH, collection_problem, id_problem, object_id_problem


def _held_to(problem_of: Callable[[str], str | None]) -> AfterValidator:
    def usable(text: str) -> str:
        problem = problem_of(text)
        if problem:
            raise ValueError(problem)
        return text

    return AfterValidator(usable)


_ANY = {"type": "string", "minLength": 1, "maxLength": MAX_ID_LENGTH}
_PLAIN = {**_ANY, "pattern": r"^[^/#\u0000-\u001f]+$"}

AnyId = Annotated[str, WithJsonSchema(_ANY)]
BareUserId = Annotated[str, _held_to(id_problem), WithJsonSchema(_PLAIN)]
BareObjectId = Annotated[str, _held_to(object_id_problem), WithJsonSchema(_ANY)]
BareCollection = Annotated[str, _held_to(collection_problem), WithJsonSchema(_PLAIN)]
