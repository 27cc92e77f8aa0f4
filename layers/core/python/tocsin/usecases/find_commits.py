"""The list of commits, filtered by what they are about."""

from collections.abc import Iterator

from tocsin.domain.definition_views import Selection
from tocsin.domain.definitions import Commit
from tocsin.domain.listing import Found, Span, collect
from tocsin.usecases.ports import DefinitionHistory

PAGE = 100


def find_commits(
    store: DefinitionHistory, env: str, selection: Selection, span: Span, size: int
) -> Found[Commit]:
    """Commit ids are time-ordered, so the order of ids is the order of commits."""
    return collect(
        _commits(store, env, span),
        lambda commit: selection.includes(commit.kind, commit.key),
        size,
        lambda commit: commit.id,
    )


def _commits(store: DefinitionHistory, env: str, span: Span) -> Iterator[Commit]:
    while True:
        page = store.commits(
            env, after=span.above, before=span.below, limit=PAGE, descending=span.newest_first
        )
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1].id
        span = span.narrowed(below=last) if span.newest_first else span.narrowed(above=last)
