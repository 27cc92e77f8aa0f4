"""What a template may look up while it is rendered: partials, translations, people. Everything else is in its scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tocsin.domain.recipients import RecipientRef

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Partial:
    """A piece of template that others render by its key. `type` is html, text, json or markdown; `inputs` is the
    JSON Schema of what it takes, by which texts become lists and objects again."""

    key: str
    type: str
    content: str
    inputs: Json


class Sources(Protocol):
    """Asked at render time; each answer may be remembered for as long as the page of runs that is under way."""

    def partial(self, key: str) -> Partial | None:
        """The committed partial, None where there is none."""

    def translation(self, key: str, locales: Sequence[str], tenant: str | None) -> Any:
        """What a key (`path.to.text` or `namespace:path.to.text`) says in the first of the locales that has it: a
        text, or `{zero?, one?, other}`; a tenant's own translations go first. None where none has it."""

    def person(self, ref: RecipientRef) -> Json | None:
        """A user, object or tenant as templates see one: properties beside `id`, `collection`, `__typename`."""

    def followed(self, user_id: str) -> Sequence[Json]:
        """What a user is subscribed to, at most 25: `{object, properties}`."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Knows nothing: for templates that may only use what they are given."""

    def partial(self, key: str) -> Partial | None:
        return None

    def translation(self, key: str, locales: Sequence[str], tenant: str | None) -> Any:
        return None

    def person(self, ref: RecipientRef) -> Json | None:
        return None

    def followed(self, user_id: str) -> Sequence[Json]:
        return ()


NOTHING = Nothing()
