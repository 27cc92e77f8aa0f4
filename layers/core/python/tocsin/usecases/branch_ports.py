"""What the use cases of branches need from outside; `store` implements it."""

from typing import Protocol

from tocsin.domain.branches import Branch


class Branches(Protocol):
    def get(self, env: str, slug: str) -> Branch | None: ...

    def all(self, env: str) -> list[Branch]: ...

    def create(self, env: str, branch: Branch) -> None:
        """ConflictError where there is one of that slug."""

    def delete(self, env: str, branch: Branch) -> None:
        """ConflictError where the slug is another branch's by now; nothing where it is nobody's."""
