"""When to try a delivery again: eight tries within about half an hour, ever further apart, with jitter.

The jitter spreads what failed together, so that a provider which comes back is not met by everything at once.
"""

from datetime import timedelta
from math import ceil

MAX_ATTEMPTS = 8
# Seconds before attempts 2 to 8; with the jitter's worst case they add up to just over 30 minutes.
BACKOFF = (5, 15, 45, 120, 240, 480, 600)
JITTER = 0.2
# What a queue can hold back; longer pauses lie in the wheel.
LONGEST = 900
# How long a provider has to take a message. One that asks for a pause beyond this is given up.
WINDOW = timedelta(minutes=30)


def next_delay(
    attempts: int, chance: float, retry_after: float | None = None, tried_for: timedelta = timedelta()
) -> int | None:
    """Seconds until the next attempt after `attempts` failed ones, the first of them `tried_for` ago; None when they
    are used up, or a provider's Retry-After leads out of the time that it has.

    `chance` in [0, 1) is the randomness.
    """
    after = retry_after or 0
    too_late = after > 0 and tried_for.total_seconds() + after > WINDOW.total_seconds()
    if attempts >= MAX_ATTEMPTS or too_late:
        return None
    backoff = BACKOFF[attempts - 1] * (1 - JITTER + 2 * JITTER * chance)
    return ceil(max(backoff, after))
