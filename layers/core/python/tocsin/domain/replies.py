"""How long a reply waits for the message that it replies to, and how often it looks."""

from datetime import timedelta

# Far longer than the tries of any message last.
LONGEST_WAIT = timedelta(days=1)
RAREST_LOOK = 300


def next_look(waited: timedelta) -> int | None:
    """Seconds until the next look: as long again as was waited already. None when it is not worth waiting any more.

    >>> [next_look(timedelta(seconds=waited)) for waited in (0, 1, 20, 7200, 90_000)]
    [1, 1, 20, 300, None]
    """
    if waited > LONGEST_WAIT:
        return None
    return max(1, min(RAREST_LOOK, round(waited.total_seconds())))
