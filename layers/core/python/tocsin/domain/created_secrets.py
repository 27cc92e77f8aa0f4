"""A new secret, as it is given to people: once, with word of the one that it takes over from."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

# What a new secret leaves to the one before it: long enough to bring it to whoever sends or verifies.
TAKES_OVER_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CreatedSecret:
    """`secret` is the only copy that anybody outside will ever see. The one before it ends at `previous_ends_at`."""

    secret: str = field(repr=False)
    previous_ends_at: datetime | None
