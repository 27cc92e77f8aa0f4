"""What templates look up while they are rendered, read when it is asked for and remembered for a page of runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from tocsin.contract.users import flattened
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.listing import Span
from tocsin.domain.recipients import USERS, Recipient, RecipientRef
from tocsin.domain.sources import Json, Nothing, Partial
from tocsin.domain.subscriptions import Subscription
from tocsin.domain.translations import Phrase
from tocsin.usecases.committed import committed_version
from tocsin.usecases.committed_translations import CommittedTranslations
from tocsin.usecases.membership_ports import Subscriptions
from tocsin.usecases.ports import Definitions, Recipients

MAX_FOLLOWED = 25


@dataclass(frozen=True, slots=True)
class Library(Nothing):
    """The `Sources` of one environment. `partials` are those known so far."""

    env: str
    recipients: Recipients
    subscriptions: Subscriptions
    translations: CommittedTranslations
    definitions: Definitions
    partials: dict[str, Partial | None] = field(default_factory=dict)
    _people: dict[RecipientRef, Json | None] = field(default_factory=dict)

    def partial(self, key: str) -> Partial | None:
        if key not in self.partials:
            kind = DefinitionKind.PARTIAL
            version = committed_version(self.definitions, self.env, kind, key)
            self.partials[key] = Partial.from_definition(key, version.content) if version else None
        return self.partials[key]

    def translation(self, phrase: Phrase, locale: str | None, tenant: str | None) -> str | None:
        return self.translations.say(phrase, locale, tenant)

    def person(self, ref: RecipientRef) -> Json | None:
        if ref not in self._people:
            found = self.recipients.get(self.env, ref)
            self._people[ref] = flattened(found) if found else None
        return self._people[ref]

    def followed(self, user_id: str) -> Sequence[Json]:
        """Of objects that are gone nothing is told."""
        user = self.recipients.get(self.env, RecipientRef(USERS, user_id))
        if user is None:
            return ()
        places = self.subscriptions.of_recipient(self.env, user.ref, Span(), MAX_FOLLOWED)
        found = [place.subscription for place in islice(places, MAX_FOLLOWED)]
        objects = self.recipients.get_many(self.env, {one.object for one in found})
        return [_shown(one, objects[one.object]) for one in found if one.ties(objects.get(one.object), user)]


def _shown(subscription: Subscription, object_: Recipient) -> dict[str, Any]:
    return {"object": flattened(object_), "properties": subscription.properties}
