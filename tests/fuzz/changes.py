"""What becomes of a case before it is sent: names of what exists are put in, so that requests get further than a 404,
and now and then something that people do not send, but crawlers, bugs and burglars do."""

import re
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
# What no client would write at all.
ODD_QUERIES = (
    "%ff=%fe&after=%ff&tenant=%ed%a0%80&environment=%ff",
    "page_size=1&page_size=2&limit=&limit=9&environment=development&environment=moon",
    "[[[=1&a[b]c]=2&[]=3&=4&objects[][id]=%00&recipients[0]",
    f"after={'A' * 5000}&before={'A' * 5000}&tenant={'A' * 5000}",
    f"page_size={'9' * 5000}&limit=1e3&inserted_at[gt]=0000-00-00T99:99:99Z&trigger_data={'[' * 5000}",
)
ODD_BODIES = (
    b"\xff\xfe",
    b"\x00",
    b"[" * 100_000,
    b'{"a":' * 900 + b"1" + b"}" * 900,
    b'{"name": "\\ud800", "id": "\\udfff"}',
    b'{"name": 1e999999, "limit": -0.0e-999}',
    b'{"id": 1, "id": "2", "": {}, "__proto__": {"a": 1}, "$where": null}',
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

    def path(self, template: str) -> str:
        """With a name that is known for each variable, if there is one."""
        return re.sub(r"{(\w+)}", lambda found: self._known_segment(template, found), template)

    def _known_segment(self, template: str, variable: re.Match[str]) -> str:
        known = self._known(template[: variable.end()], variable[1])
        return str(self._chance.choice(known or ["x"]))

    def _known(self, there: str, name: str) -> list[Any] | None:
        return self._names.get(there) or self._names.get(name)

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
            known = self._known(there, name)
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
