"""What a template may look up while it is rendered: partials, translations, people. Everything else is in its scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tocsin.domain.recipients import RecipientRef
from tocsin.domain.translations import Phrase

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Partial:
    """A piece of template that others render by its key. `type` is html, text, json or markdown; `inputs` are the
    fields of what it takes, each `{key, type, settings?}`, by which texts become lists and objects again."""

    key: str
    type: str
    content: str
    inputs: Sequence[Json] = ()

    @classmethod
    def from_definition(cls, key: str, content: Json) -> "Partial":
        return cls(key, content["type"], content["content"], tuple(content["input_schema"]))


class Sources(Protocol):
    """Asked at render time; each answer may be remembered for as long as the page of runs that is under way."""

    def partial(self, key: str) -> Partial | None:
        """The committed partial, None where there is none."""

    def translation(self, phrase: Phrase, locale: str | None, tenant: str | None) -> str | None:
        """What the first translation that has the phrase says to somebody of that locale and tenant; None where none
        has it."""

    def person(self, ref: RecipientRef) -> Json | None:
        """A user, object or tenant as templates see one: properties beside `id`, `collection`, `__typename`."""

    def followed(self, user_id: str) -> Sequence[Json]:
        """What a user is subscribed to, at most 25: `{object, properties}`."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Knows nothing: for templates that may only use what they are given."""

    def partial(self, key: str) -> Partial | None:
        return None

    def translation(self, phrase: Phrase, locale: str | None, tenant: str | None) -> str | None:
        return None

    def person(self, ref: RecipientRef) -> Json | None:
        return None

    def followed(self, user_id: str) -> Sequence[Json]:
        return ()


NOTHING = Nothing()
