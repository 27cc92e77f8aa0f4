"""What of a scope is made where somebody asks for it: links among `vars` of templates and conditions, activities."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

Links = Mapping[str, Callable[[], str]]


class Variables(Mapping[str, object]):
    """An environment's variables beside the links. To make one takes a secret, which most runs never need."""

    def __init__(self, values: Mapping[str, object], links: Links) -> None:
        self._values = values
        self._links = links

    def __getitem__(self, name: str) -> object:
        return self._links[name]() if name in self._links else self._values[name]

    def __contains__(self, name: object) -> bool:
        return name in self._links or name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter([*self._values, *self._links])

    def __len__(self) -> int:
        return len(self._values) + len(self._links)

    def __or__(self, others: Mapping[str, object]) -> "Variables":
        return Variables({**self._values, **others}, self._links)


class MadeLater(Mapping[str, object]):
    """A whole that takes an id, which few templates look at."""

    def __init__(self, make: Callable[[], Mapping[str, object]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Mapping[str, object]:
        return self._make()

    def __getitem__(self, name: str) -> object:
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)
