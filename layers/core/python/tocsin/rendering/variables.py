"""`vars` of templates and conditions: an environment's variables, and links that are made where one is asked for."""

from collections.abc import Callable, Iterator, Mapping


class Variables(Mapping[str, object]):
    """To make a link takes a secret, which most runs never need."""

    def __init__(self, values: Mapping[str, object], links: Mapping[str, Callable[[], str]]) -> None:
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
