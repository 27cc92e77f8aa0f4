"""What becomes of a case before it is sent: names of what exists are put in, so that requests get further than a 404,
and now and then something that people do not send, but crawlers, bugs and burglars do."""

from collections.abc import MutableMapping
from random import Random
from typing import Any
from urllib.parse import quote

import schemathesis
from schemathesis.core.parameters import ParameterLocation

from tests.builders.inhabited import Names

Case = schemathesis.Case[Any]
# Of a hundred parameters whose name is known, and of a hundred cases.
NAMED, ODD = 80, 15
ODD_TEXTS = (
    " ",
    "\x00",
    "\ufffe",
    "💥" * 300,
    "x" * 1025,
    "x" * 3000,
    "a/b?c#d%25",
    "$users",
    "0001-01-01T00:00:00-23:59",
    "9999-12-31T23:59:59.999+23:59",
    "-0",
    "1e400",
)
ODD_BY_PLACE = {
    ParameterLocation.PATH: (
        *("%00", "%ff", "%ed%a0%80", "%", "%zz", "%2F", "+", "$tenants"),
        *(quote(text, safe="") for text in ODD_TEXTS),
    ),
    ParameterLocation.HEADER: ("", "é", "x" * 1025, "x" * 3000),
}
ODD_VALUES: tuple[Any, ...] = (
    *("", *ODD_TEXTS, True, [], {"": {"": None}}),
    *(10**40, -(10**400), 1e308, [[[[]]]] * 3),
)


class Changes:
    """Only where a case is right: what is wrong on purpose stays so."""

    def __init__(self, names: Names, chance: Random) -> None:
        self._names = names
        self._chance = chance

    def make(self, case: Case) -> None:
        components = case.meta.components if case.meta else {}
        places = [place for place, component in components.items() if component.mode.is_positive]
        for place in places:
            self._put_names(case, place)
        if places and self._happens(ODD):
            self._put_something_odd(case, self._chance.choice(places))

    def _happens(self, percent: int) -> bool:
        return self._chance.randrange(100) < percent

    def _put_names(self, case: Case, place: ParameterLocation) -> None:
        values = case.get_container(place)
        if not isinstance(values, MutableMapping):
            return
        for name in list(values):
            variable = f"{{{name}}}"
            is_in_path = place is ParameterLocation.PATH
            there = case.path.partition(variable)[0] + variable if is_in_path else f"{case.path} {name}"
            known = self._names.get(there) or self._names.get(name)
            if known and self._happens(NAMED):
                values[name] = self._chance.choice(known)

    def _put_something_odd(self, case: Case, place: ParameterLocation) -> None:
        """In place of one value. A body is deep, and one thing in it goes."""
        values = case.get_container(place)
        if place is ParameterLocation.BODY:
            case.body = self._odd(case.body)
        elif isinstance(values, MutableMapping) and values:
            odd = ODD_BY_PLACE.get(place, ODD_TEXTS)
            values[self._chance.choice(list(values))] = self._chance.choice(odd)

    def _odd(self, value: Any) -> Any:
        if isinstance(value, dict) and value and self._happens(80):
            name = self._chance.choice(list(value))
            return {**value, name: self._odd(value[name])}
        if isinstance(value, list) and value and self._happens(80):
            place = self._chance.randrange(len(value))
            return [*value[:place], self._odd(value[place]), *value[place + 1 :]]
        return self._chance.choice(ODD_VALUES)
