"""What templates look up, with people as the steps of this stretch have left them, who are not stored yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.contract.users import flattened
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.sources import Json, Partial, Sources
from tocsin.domain.translations import Phrase
from tocsin.engine.context import People


@dataclass(frozen=True, slots=True)
class Updated:
    """`Sources` that know of `people`, and ask `stored` for all else."""

    stored: Sources
    people: People

    def partial(self, key: str) -> Partial | None:
        return self.stored.partial(key)

    def translation(self, phrase: Phrase, locale: str | None, tenant: str | None) -> str | None:
        return self.stored.translation(phrase, locale, tenant)

    def person(self, ref: RecipientRef) -> Json | None:
        updated = self.people.get(ref)
        return flattened(updated) if updated is not None else self.stored.person(ref)

    def followed(self, user_id: str) -> Sequence[Json]:
        return [{**one, "object": self._as_updated(one["object"])} for one in self.stored.followed(user_id)]

    def _as_updated(self, object_: Json) -> Json:
        updated = self.people.get(RecipientRef(object_["collection"], object_["id"]))
        return flattened(updated) if updated is not None else object_
