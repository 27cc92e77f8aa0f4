"""Say which workflows start for whoever comes into an audience: of one environment, and live at once."""

from collections.abc import Iterator, Sequence

from tocsin.domain.definition_content import is_key
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import FieldProblem
from tocsin.usecases.credentials import refuse
from tocsin.usecases.ports import DefinitionHistory
from tocsin.usecases.validate_workflow import adds_to

MAX_WORKFLOWS = 10

WORKFLOW = DefinitionKind.WORKFLOW


def set_audience_triggers(
    definitions: DefinitionHistory, env: str, audience: str, workflows: Sequence[str]
) -> tuple[str, ...]:
    """Replaces what the audience triggered; returns what it does now. The audience may come later: its first members
    may make it. Raises InvalidParamsError for a workflow that cannot be triggered by it, or too many."""
    named = tuple(dict.fromkeys(workflows))
    refuse(list(_problems(definitions, env, audience, named)))
    definitions.put_audience_triggers(env, audience, named)
    return named


def _problems(
    definitions: DefinitionHistory, env: str, audience: str, workflows: Sequence[str]
) -> Iterator[FieldProblem]:
    if len(workflows) > MAX_WORKFLOWS:
        yield FieldProblem("workflows", f"an audience triggers at most {MAX_WORKFLOWS} workflows", "too_long")
        return
    for index, key in enumerate(workflows):
        field, contents = f"workflows.{index}", _contents(definitions, env, key)
        if contents is None:
            message = f"no workflow {key!r} has been committed in {env}; commit or promote it first"
            yield FieldProblem(field, message, "missing_reference")
        elif any(audience in adds_to(content) for content in contents):
            message = (
                f"the workflow {key!r} adds to the audience {audience!r}, so its entry cannot trigger it"
            )
            yield FieldProblem(field, message, "own_trigger_audience")


def _contents(definitions: DefinitionHistory, env: str, key: str) -> list[dict[str, object]] | None:
    """What the workflow is, and what it becomes with its next commit; None where nothing of it is committed."""
    head = definitions.head(env, WORKFLOW, key) if is_key(key) else None
    if head is None or head.version_id is None:
        return None
    live, draft = (
        definitions.version(env, WORKFLOW, key, head.version_id),
        definitions.draft(env, WORKFLOW, key),
    )
    return [one.content for one in (live, draft) if one is not None]
