"""What runs of a definition that others name: its committed version, as it is now."""

from tocsin.domain.definitions import DefinitionKind, Version
from tocsin.usecases.ports import Definitions


def committed_version(definitions: Definitions, env: str, kind: DefinitionKind, key: str) -> Version | None:
    """None for what is only saved, and for what is not there."""
    head = definitions.head(env, kind, key)
    if head is None or head.version_id is None:
        return None
    return definitions.version(env, kind, key, head.version_id)
