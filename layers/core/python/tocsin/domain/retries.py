"""When to try a delivery again: eight tries within about half an hour, ever further apart, with jitter.

The jitter spreads what failed together, so that a provider which comes back is not met by everything at once.
"""

MAX_ATTEMPTS = 8
# Seconds before attempts 2 to 8; with the jitter's worst case they add up to just over 30 minutes.
BACKOFF = (5, 15, 45, 120, 240, 480, 600)
JITTER = 0.2
LONGEST = 900


def next_delay(attempts: int, chance: float, retry_after: float | None = None) -> int | None:
    """Seconds until the next attempt after `attempts` failed ones, None when they are used up.

    `chance` in [0, 1) is the randomness. A provider's Retry-After is honoured as far as a queue can hold a task back.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    backoff = BACKOFF[attempts - 1] * (1 - JITTER + 2 * JITTER * chance)
    return min(LONGEST, round(max(backoff, retry_after or 0)))
