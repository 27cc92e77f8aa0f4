"""How far the messages of one step came, as later conditions see it: delivery and engagement on one ladder."""

from collections.abc import Iterable
from dataclasses import dataclass

from tocsin.domain.messages import Mark, Message, Status

_LADDER: tuple[tuple[str, ...], ...] = (
    ("skipped",),
    (Status.UNDELIVERED,),
    (Status.BOUNCED,),
    (Status.DELIVERY_ATTEMPTED,),
    (Status.QUEUED,),
    (Status.NOT_SENT,),
    (Status.SENT,),
    (Status.DELIVERED,),
    (Mark.SEEN,),
    (Mark.READ,),
    (Mark.INTERACTED, Mark.LINK_CLICKED),
    (Mark.ARCHIVED,),
)
RANKS = {str(word): rank for rank, words in enumerate(_LADDER) for word in words}


@dataclass(frozen=True, slots=True)
class Standing:
    """A message's delivery status and what was done with it."""

    delivery: str
    engagement: frozenset[str] = frozenset()

    @property
    def rank(self) -> int:
        return max(RANKS[word] for word in (self.delivery, *self.engagement))


SKIPPED = Standing("skipped")
"""Of a step that made no message, or has not been reached."""


def highest(messages: Iterable[Message]) -> Standing:
    """That of the message that came farthest: who has read it on one device has read it."""
    standings = (Standing(str(message.status), frozenset(map(str, message.marks))) for message in messages)
    return max(standings, key=lambda standing: standing.rank, default=SKIPPED)
