"""A guide's content as one user sees it. Imports Liquid."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tocsin.domain.clock import to_iso
from tocsin.domain.environments import Environment
from tocsin.domain.guides import Guide
from tocsin.domain.sources import Sources
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.guide_content import render_values
from tocsin.rendering.liquid import Rendering
from tocsin.rendering.scope import build_scope, shown_variables

Json = dict[str, Any]


def rendered_values(
    guide: Guide, scope: Mapping[str, Any], environment: Environment, now: datetime, sources: Sources
) -> tuple[list[Json], str | None]:
    """The values of each step; or none, and what is wrong with one of them. The steps share one budget."""
    whole = build_scope(
        recipient=scope["recipient"],
        tenant=scope["tenant"],
        data=scope["data"],
        variables=shown_variables(
            {**environment.variables, "branding": environment.branding}, scope["tenant"]
        ),
        workflow={},
        timestamp=to_iso(now),
    )
    rendering = Rendering(whole, now, sources)
    rendered: list[Json] = []
    for step in guide.steps:
        try:
            rendered.append(
                {name: render_values(rendering, value, name) for name, value in step.values.items()}
            )
        except TemplateError as error:
            return [], f"{step.ref}: {error}"
    return rendered, None
