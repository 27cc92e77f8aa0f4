"""How a feed's tally lies in its counters row: as JSON that names each tenant and each source once.

`{"tenants": ["acme", null], "sources": [["welcome"], ["invoice", "billing"]], "items": [[0, 0, 3, 1], [1, 1, 7]]}`
says: of tenant `acme` and workflow `welcome` three items are in the first of STATES and one in the second; of no tenant
and workflow `invoice`, whose category is `billing`, seven are in the first. Zeros at the end are left out.

`{"sum": [10, 1]}` is a tally that has outgrown its room.
"""

from collections.abc import Iterable
from typing import TypeVar

from tocsin.domain import json_text
from tocsin.domain.facets import Facet
from tocsin.domain.feed import STATES, Numbers, Tally

T = TypeVar("T")

# Bytes. Every mark writes the row: kept within 8 KB, that is at most 16 write units, and 2 for a feed of few facets.
ROOM = 7 * 1024


def tally_to_text(tally: Tally) -> str:
    """By facet as long as there is room; from then on in one sum, out of which no facet can be told again."""
    text = json_text.dumps(_sum(tally) if tally.is_summed else _by_facet(tally))
    return text if len(text.encode()) <= ROOM else json_text.dumps(_sum(tally.summed()))


def tally_from_text(text: str) -> Tally:
    row = json_text.loads(text)
    if "sum" in row:
        return Tally({None: _padded(row["sum"])})
    facets = [
        (Facet(row["tenants"][tenant], workflow, tuple(categories)), _padded(numbers))
        for tenant, source, *numbers in row["items"]
        for workflow, *categories in [row["sources"][source]]
    ]
    return Tally(dict(facets))


def _sum(tally: Tally) -> dict[str, object]:
    return {"sum": _trimmed(tally.numbers[None])}


def _by_facet(tally: Tally) -> dict[str, object]:
    facets = [(facet, numbers) for facet, numbers in tally.numbers.items() if facet is not None]
    tenants = _places(facet.tenant for facet, _ in facets)
    sources = _places((facet.workflow, *facet.categories) for facet, _ in facets)
    items = [
        [tenants[facet.tenant], sources[facet.workflow, *facet.categories], *_trimmed(numbers)]
        for facet, numbers in facets
    ]
    return {"tenants": list(tenants), "sources": list(sources), "items": items}


def _places(names: Iterable[T]) -> dict[T, int]:
    return {name: place for place, name in enumerate(dict.fromkeys(names))}


def _trimmed(numbers: Numbers) -> Numbers:
    return numbers[: max(place for place, number in enumerate(numbers, start=1) if number)]


def _padded(numbers: list[int]) -> Numbers:
    return (*numbers, *[0] * (len(STATES) - len(numbers)))
