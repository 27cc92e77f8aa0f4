"""Email layouts, found by key."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tocsin.domain.definitions import DefinitionKind
from tocsin.engine.context import CompositionError
from tocsin.usecases.committed import committed_version
from tocsin.usecases.ports import Definitions

if TYPE_CHECKING:
    # only who makes an email needs what renders it
    from tocsin.rendering.email import Layout


@dataclass(frozen=True, slots=True)
class LayoutFinder:
    """The committed layout of a key, as it is now: a layout is not pinned to a run."""

    definitions: Definitions
    env: str

    def find(self, key: str) -> "Layout":
        from tocsin.rendering.email import Layout

        version = committed_version(self.definitions, self.env, DefinitionKind.EMAIL_LAYOUT, key)
        if version is None:
            raise CompositionError(f"the email layout {key!r} has not been committed in {self.env}")
        return Layout.from_definition(version.content)
