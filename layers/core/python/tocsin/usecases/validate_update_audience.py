"""What a step that changes an audience's members must not do: let into the audience whose entry triggers its workflow.

A step that takes the user out and one that lets him or her in again would run the workflow for ever.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import mapping_in
from tocsin.usecases.surroundings import Surroundings


def update_audience_problems(step: Mapping[str, Any], surroundings: Surroundings) -> Iterator[FieldProblem]:
    settings = mapping_in(step, "settings")
    audience = settings.get("audience_key")
    if settings.get("action") == "add" and audience in surroundings.triggering_audiences:
        message = (
            f"whoever enters the audience {audience!r} triggers this workflow in {surroundings.environment}, so it "
            f"cannot add to it; take the workflow out of the audience's triggers first"
        )
        yield FieldProblem("settings.audience_key", message, "own_trigger_audience")
