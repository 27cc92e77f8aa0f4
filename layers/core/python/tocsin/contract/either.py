"""A string or an object, told apart before either is read: a mistake is then named once, and where it is.

Pydantic would try both and report what each of them minds. Its names for the two branches stand in the location of
an error; they are marked, so that whoever shows the location can leave them out.
"""

from pydantic import Discriminator, Tag

_MARK = "\x00"
TEXT, OBJECT = Tag(f"{_MARK}text"), Tag(f"{_MARK}object")


def _kind(value: object) -> str:
    return TEXT.tag if isinstance(value, str) else OBJECT.tag


TEXT_OR_OBJECT = Discriminator(_kind)


def is_branch(part: object) -> bool:
    """Whether this part of an error's location is one of ours, not a field of the body."""
    return str(part).startswith(_MARK)
