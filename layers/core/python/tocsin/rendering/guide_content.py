"""Renders the values of a guide's step: every text in them is Liquid, at whatever depth; names are not."""

from collections.abc import Iterator

from tocsin.rendering.errors import TemplateError
from tocsin.rendering.liquid import Rendering, check


def render_values(rendering: Rendering, value: object, path: str) -> object:
    """The same with all texts rendered. Raises TemplateError, naming the value."""
    if isinstance(value, dict):
        return {name: render_values(rendering, inner, f"{path}.{name}") for name, inner in value.items()}
    if isinstance(value, list):
        return [render_values(rendering, inner, f"{path}.{index}") for index, inner in enumerate(value)]
    if not isinstance(value, str):
        return value
    try:
        return rendering.render(value)
    except TemplateError as error:
        raise error.within(path) from error


def values_problems(value: object, path: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the Liquid in them, as (field, message) pairs."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from values_problems(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from values_problems(inner, f"{path}.{index}")
    elif isinstance(value, str):
        yield from ((path, problem) for problem in check(value))
