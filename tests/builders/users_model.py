"""What the documentation says of users, in two dicts for each: docs/preferences.md, and the reference on merging users.

It shares no code with the product. Every method answers with the status that the call has.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

NAMED = ("name", "email", "avatar", "phone_number", "timezone")
MAPS = ("categories", "workflows", "channel_types", "channels")
EMPTY: Json = {**{name: {} for name in MAPS}, "commercial_subscribed": None}


@dataclass
class Person:
    """`merged` are those who were merged into this one: only they may be merged again when they are gone."""

    properties: Json = field(default_factory=dict)
    sets: dict[str, Json] = field(default_factory=dict)
    merged: set[str] = field(default_factory=set)

    def shown(self) -> Json:
        """Properties as they are read; what Knock names is null until it is set."""
        return {**dict.fromkeys(NAMED), **self.properties}

    def shown_set(self, set_id: str) -> Json:
        own = {"id": set_id, **EMPTY, **self.sets.get(set_id, {})}
        return own | {name: value for name, value in self.sets.get("default", {}).items() if name not in MAPS}


@dataclass
class Model:
    people: dict[str, Person] = field(default_factory=dict)

    def identify(self, user_id: str, properties: Json, inline: Json) -> int:
        person = self._person(user_id)
        person.properties = over(person.properties, properties)
        for set_id, request in inline.items():
            self._write(person, set_id, request, "merge")
        return 200

    def merge(self, user_id: str, other_id: str) -> int:
        person, other = self.people.get(user_id), self.people.get(other_id)
        if user_id == other_id:
            return 422
        if person is None or (other is None and other_id not in person.merged):
            return 404
        if other is not None:
            person.properties = over(other.properties, person.properties)
            person.sets = {**other.sets, **person.sets}
            person.merged.add(other_id)
            del self.people[other_id]
        return 200

    def delete(self, user_id: str) -> int:
        self.people.pop(user_id, None)
        return 204

    def set_preferences(self, user_id: str, set_id: str, request: Json) -> int:
        self._write(self._person(user_id), set_id, request, "replace")
        return 200

    def set_map(self, user_id: str, set_id: str, name: str, value: Json) -> int:
        person = self._person(user_id)
        person.sets[set_id] = without_nulls({**person.sets.get(set_id, {}), name: value})
        return 200

    def set_entry(self, user_id: str, set_id: str, name: str, key: str, value: object) -> int:
        before = self._person(user_id).sets.get(set_id, {}).get(name, {})
        return self.set_map(user_id, set_id, name, {**before, key: value})

    def delete_set(self, user_id: str, set_id: str) -> int:
        if user_id in self.people:
            self.people[user_id].sets.pop(set_id, None)
        return 204

    def _person(self, user_id: str) -> Person:
        return self.people.setdefault(user_id, Person())

    def _write(self, person: Person, set_id: str, request: Json, otherwise: str) -> None:
        sent = dict(request)
        before = person.sets.get(set_id, {})
        merging = sent.pop("__persistence_strategy__", otherwise) == "merge"
        person.sets[set_id] = without_nulls(over(before, sent) if merging else sent)


def over(old: Json, new: Json) -> Json:
    merged = deepcopy(old)
    for key, value in new.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = over(merged[key], value) if both else deepcopy(value)
    return merged


def without_nulls(settings_: Json) -> Json:
    return {
        key: without_nulls(value) if isinstance(value, dict) else value
        for key, value in settings_.items()
        if value is not None
    }
