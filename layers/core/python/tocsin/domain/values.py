"""`dataclass` for values that are made by the hundred for every page.

Python makes a frozen dataclass field by field through `object.__setattr__`, which takes twice as long as to make a
plain one, and a recipient's run makes some thirty. To mypy these are frozen, so nothing that passes `make check`
assigns to one; as the program runs they are plain, and equal and hashed as frozen ones are.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    import dataclasses

    def dataclass(*, frozen: bool, slots: bool):
        return dataclasses.dataclass(slots=slots, unsafe_hash=frozen)
