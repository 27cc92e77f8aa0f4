"""What of a message never changes and is asked for again and again: feeds count their items by it."""

from typing import NamedTuple

from tocsin.domain.listed import Listed


class Facet(NamedTuple):
    tenant: str | None
    workflow: str
    categories: tuple[str, ...]


def facet_of(message: Listed) -> Facet:
    return Facet(message.tenant, message.source.workflow, message.source.categories)
