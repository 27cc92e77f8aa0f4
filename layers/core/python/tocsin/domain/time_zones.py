"""Time zones by their IANA names, which come from people's data and may be anything."""

from datetime import tzinfo
from zoneinfo import ZoneInfo


def read_zone(name: object) -> tzinfo | None:
    """The zone of that name, or None where there is none."""
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else None
    except (KeyError, ValueError, OSError):
        return None
