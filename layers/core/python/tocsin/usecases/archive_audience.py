"""Archive an audience, whether it was defined or made with its first members: in all environments at once."""

from tocsin.domain.definitions import DefinitionKind
from tocsin.usecases.archive_definition import archive_definition
from tocsin.usecases.membership_ports import Audiences
from tocsin.usecases.ports import DefinitionHistory, Environments


def archive_audience(
    definitions: DefinitionHistory, environments: Environments, audiences: Audiences, key: str
) -> bool:
    """False where no environment has it. Its members are kept: whoever makes it again has them back."""
    was_defined = archive_definition(definitions, environments, DefinitionKind.AUDIENCE, key)
    was_made = [audiences.delete(environment.slug, key) for environment in environments.all()]
    return was_defined or any(was_made)
