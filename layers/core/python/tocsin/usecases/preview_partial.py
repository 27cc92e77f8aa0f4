"""A partial as it would print, though nothing of it is saved. Imports Liquid."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tocsin.domain.clock import to_iso
from tocsin.domain.environments import Environment
from tocsin.domain.partials import HTML
from tocsin.domain.sources import Partial
from tocsin.rendering.css import HoistingSources
from tocsin.rendering.email import Layout, render_email
from tocsin.rendering.liquid import Rendering
from tocsin.rendering.scope import build_scope, shown_variables
from tocsin.usecases.library import Library

Json = Mapping[str, Any]
# No partial of anybody's: keys have no spaces.
KEY = "the preview"


def preview_partial(
    content: Json,
    attributes: Json,
    layout: Layout | None,
    environment: Environment,
    library: Library,
    now: datetime,
) -> str:
    """As a block with those attributes; a partial of HTML inside the layout, if there is one. Raises TemplateError."""
    variables = shown_variables({**environment.variables, "branding": environment.branding})
    scope = build_scope(recipient={}, data={}, workflow={}, timestamp=to_iso(now), variables=variables)
    library.partials[KEY] = Partial.from_definition(KEY, content)
    if layout is None or content["type"] != HTML:
        return Rendering(scope, now, library).render_partial(KEY, attributes)
    printed = Rendering(scope, now, HoistingSources(library)).render_partial(KEY, attributes)
    # As a value, for what is printed already is not Liquid any more.
    body = {"subject": "", "html_body": "{{ printed }}"}
    return render_email(body, layout, {**scope, "printed": printed}, now, library).html_body
