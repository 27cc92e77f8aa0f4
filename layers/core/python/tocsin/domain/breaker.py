"""A circuit breaker: a provider that fails again and again is left in peace, and asked now and then whether it is back.

Closed, every message is sent. Failures in a row open the circuit: nothing is sent until it is time for a probe, which
is one message. What comes of it closes the circuit, or keeps it open for longer.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tocsin.domain.delivery_settings import BreakerRule

# How long nothing is sent: after the first failures, and after each probe that fails.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 240, 300))
# A probe that nobody reports back from is lost after this.
PROBE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Breaker:
    """`failures` in a row, the first of them at `since`; `probe_at` is when one message may try again; `probes` is how
    many have failed. `reason` is what the last failure said. `version` is for compare-and-set."""

    failures: int
    since: datetime
    reason: str
    opened_at: datetime | None = None
    probe_at: datetime | None = None
    probes: int = 0
    version: int = 0

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None

    def may_probe(self, now: datetime) -> bool:
        return self.probe_at is not None and self.probe_at <= now

    def probing(self, now: datetime) -> "Breaker":
        """With a probe under way: nobody else begins one for a while."""
        return replace(self, probe_at=now + PROBE)


def after_failure(breaker: Breaker | None, rule: "BreakerRule", reason: str, now: datetime) -> Breaker:
    """One more failure. Raises nothing, counts what is far apart as a new row."""
    if breaker is not None and breaker.is_open:
        return _probed_in_vain(breaker, reason, now)
    if breaker is None or now - breaker.since > rule.within:
        counted = Breaker(1, now, reason, version=breaker.version if breaker else 0)
    else:
        counted = replace(breaker, failures=breaker.failures + 1, reason=reason)
    if counted.failures < rule.failures:
        return counted
    return replace(counted, opened_at=now, probe_at=now + PAUSES[0])


def _probed_in_vain(breaker: Breaker, reason: str, now: datetime) -> Breaker:
    probes = breaker.probes + 1
    pause = PAUSES[min(probes, len(PAUSES) - 1)]
    return replace(breaker, reason=reason, probes=probes, probe_at=now + pause)
