"""Archive: take a definition out of all environments at once. Its versions stay, for what was made with them."""

from tocsin.domain.definition_content import is_key
from tocsin.domain.definitions import DefinitionKind
from tocsin.usecases.ports import DefinitionHistory, Environments
from tocsin.usecases.repeating import persistently


def archive_definition(
    definitions: DefinitionHistory, environments: Environments, kind: DefinitionKind, key: str
) -> bool:
    """False where no environment has it. Whoever saves it again begins anew."""
    if not is_key(key, kind):
        return False

    def attempt() -> bool:
        slugs = [environment.slug for environment in environments.all()]
        places = [
            (slug, definitions.draft(slug, kind, key), definitions.head(slug, kind, key)) for slug in slugs
        ]
        found = [place for place in places if place[1:] != (None, None)]
        if found:
            definitions.withdraw(found)
        return bool(found)

    return persistently(attempt, f"the {kind.value} {key!r} is being")
