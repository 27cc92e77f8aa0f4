"""How definitions are picked and shown."""

from dataclasses import dataclass

from tocsin.domain.definitions import DefinitionKind, Draft


@dataclass(frozen=True, slots=True)
class Shown:
    """A definition with what a reader wants to know of it."""

    draft: Draft
    active: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """Which definitions are meant; empty means all."""

    kinds: tuple[DefinitionKind, ...] = ()
    key: str | None = None

    def includes(self, kind: DefinitionKind, key: str | None = None) -> bool:
        """Without a key: whether any of that kind is meant."""
        return (not self.kinds or kind in self.kinds) and (key is None or self.key in (None, key))
