"""Time zones by their IANA names, which come from people's data and may be anything."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo


def read_zone(name: object) -> tzinfo | None:
    """The zone of that name, or None where there is none."""
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else None
    except (KeyError, ValueError, OSError):
        return None


def first_zone(*names: object) -> tzinfo:
    """The first of them that is a zone's name: a device's, its recipient's, the account's. Else UTC."""
    return next((zone for name in names if (zone := read_zone(name)) is not None), UTC)
