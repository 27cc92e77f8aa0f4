"""Switch a workflow on or off, in one environment and for all its runs at once."""

from dataclasses import replace

from tocsin.domain.definition_content import is_key
from tocsin.domain.definitions import DefinitionKind, Draft, Head
from tocsin.domain.errors import WorkflowMissingError
from tocsin.usecases.commit_definition import repeated
from tocsin.usecases.ports import DefinitionHistory

KIND = DefinitionKind.WORKFLOW


def activate_workflow(definitions: DefinitionHistory, env: str, key: str, *, active: bool) -> Draft:
    """Needs no commit, and lives without one. Raises WorkflowMissingError."""
    draft = definitions.draft(env, KIND, key) if is_key(key) else None
    if draft is None:
        raise WorkflowMissingError(f"there is no workflow {key!r} in {env}")

    def attempt() -> None:
        head = definitions.head(env, KIND, key) or Head(KIND, key, version_id=None, sha=None, active=True)
        if head.active is not active:
            definitions.save_head(env, replace(head, active=active))

    repeated(attempt)
    return draft
