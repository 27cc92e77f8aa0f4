"""The partials that a definition renders, and whether they are there.

Whatever renders a partial is saved only when the partial is, and goes live only when it does; whoever takes one away
finds out while rendering. Partials that render partials are not asked: they may well be saved in the order of their
names, as the CLI does, and two may even render each other.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.usecases.ports import DefinitionHistory

Content = Mapping[str, Any]
PARTIAL = DefinitionKind.PARTIAL


def require_saved_partials(
    store: DefinitionHistory, env: str, kind: DefinitionKind, content: Content
) -> None:
    """Raises InvalidParamsError."""
    named = named_partials(kind, content)
    keys = {key for _, key in named}
    saved = {key for key in keys if store.draft(env, PARTIAL, key) is not None}
    _require(named, saved, f"is not there in {env}; save it first")


def require_committed_partials(
    store: DefinitionHistory, env: str, kind: DefinitionKind, content: Content
) -> None:
    """Raises InvalidParamsError."""
    named = named_partials(kind, content)
    heads = store.heads(env, PARTIAL, {key for _, key in named}) if named else {}
    live = {key for key, head in heads.items() if head.version_id is not None}
    _require(named, live, f"has no commit in {env}; commit or promote it first")


def _require(named: Iterable[tuple[str, str]], there: Container[str], what: str) -> None:
    missing = [
        FieldProblem(field, f"the partial {key!r} {what}", "missing_reference")
        for field, key in named
        if key not in there
    ]
    if missing:
        raise InvalidParamsError(missing)


def named_partials(kind: DefinitionKind, content: Content) -> list[tuple[str, str]]:
    """Each with the field of the template that renders it."""
    return [] if kind is PARTIAL else list(_named(content, ""))


def _named(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        # A visual block of an email.
        if value.get("type") == "partial" and isinstance(value.get("key"), str):
            yield f"{path}.key", value["key"]
        for name, inner in value.items():
            yield from _named(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _named(inner, f"{path}.{index}")
    elif isinstance(value, str) and "render" in value:
        yield from ((path, key) for key in _rendered(value))


def _rendered(source: str) -> list[str]:
    # Liquid takes a while to import: only texts that may render something wait for it.
    from tocsin.rendering.errors import TemplateError
    from tocsin.rendering.liquid import partials_in

    try:
        return sorted(partials_in(source))
    except TemplateError:
        # Not a template, then: those were checked.
        return []
