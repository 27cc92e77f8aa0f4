"""`dataclass` and `replace` for values that are made by the hundred for every page.

Python makes a frozen dataclass field by field through `object.__setattr__`, which takes twice as long as to make a
plain one, and a recipient's run makes some thirty. To mypy these are frozen, so nothing that passes `make check`
assigns to one; as the program runs they are plain, and equal and hashed as frozen ones are. Its `replace` asks of every
field what kind of field it is, which takes five times as long as to make the value.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import replace as replace
else:
    import dataclasses
    from functools import cache
    from operator import attrgetter

    def dataclass(*, frozen: bool, slots: bool):
        return dataclasses.dataclass(slots=slots, unsafe_hash=frozen)

    def replace(value, /, **changes):
        places, all_of = _fields(type(value))
        fields = list(all_of(value))
        for name, changed in changes.items():
            fields[places[name]] = changed
        return type(value)(*fields)

    @cache
    def _fields(kind):
        """Where each stands among them, and what reads them all. For kinds of two fields and more."""
        names = [field.name for field in dataclasses.fields(kind)]
        return {name: place for place, name in enumerate(names)}, attrgetter(*names)
