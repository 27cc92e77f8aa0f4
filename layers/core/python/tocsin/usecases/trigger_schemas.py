"""Trigger data against the schema of its workflow. Versions never change, so each schema is prepared once."""

from collections.abc import Mapping
from typing import Any

from tocsin.domain.definitions import DefinitionKind, Head
from tocsin.domain.errors import InvalidParamsError
from tocsin.domain.field_checks import under
from tocsin.domain.json_schemas import JsonSchema
from tocsin.usecases.ports import Definitions


class TriggerSchemas:
    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._prepared: dict[str, JsonSchema] = {}

    def check(self, env: str, head: Head, data: Mapping[str, Any]) -> None:
        """Raises InvalidParamsError with what is wrong. Nothing is read for a workflow without a schema."""
        if head.has_schema and head.version_id is not None:
            problems = self._of(env, head.key, head.version_id).problems(data)
            if problems:
                raise InvalidParamsError([*under("data", problems)])

    def _of(self, env: str, workflow: str, version_id: str) -> JsonSchema:
        if version_id not in self._prepared:
            version = self._definitions.version(env, DefinitionKind.WORKFLOW, workflow, version_id)
            if version is None:
                raise LookupError(f"version {version_id} of {workflow} does not exist in {env}")
            self._prepared[version_id] = JsonSchema(version.content["trigger_data_json_schema"])
        return self._prepared[version_id]
