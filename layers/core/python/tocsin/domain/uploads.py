"""Trigger data that is uploaded before a trigger names it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """Where to PUT the data, until when, and what a trigger calls it."""

    id: str
    upload_url: str
    expires_at: datetime
