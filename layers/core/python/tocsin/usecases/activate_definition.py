"""Switch a workflow or a guide on or off, in one environment and for everybody at once."""

from dataclasses import replace

from tocsin.domain.definition_content import is_key
from tocsin.domain.definitions import DefinitionKind, Draft, Head
from tocsin.usecases.ports import DefinitionHistory
from tocsin.usecases.repeating import persistently


def activate_definition(
    definitions: DefinitionHistory, env: str, kind: DefinitionKind, key: str, *, active: bool
) -> Draft | None:
    """Needs no commit, and lives without one. None where there is no such definition."""
    draft = definitions.draft(env, kind, key) if is_key(key) else None
    if draft is None:
        return None

    def attempt() -> None:
        head = definitions.head(env, kind, key) or Head(kind, key, version_id=None, sha=None, active=True)
        if head.active is not active:
            definitions.save_head(env, replace(head, active=active))

    persistently(attempt, f"the {kind.value} {key!r} is being")
    return draft
