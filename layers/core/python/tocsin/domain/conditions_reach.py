"""What conditions can speak of, by the place where they are written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tocsin.domain.conditions_asked import DELIVERY_STATUS, ENGAGEMENT_STATUS

_RUN = frozenset({"data", "recipient", "actor", "tenant", "vars", "workflow", "run"})
_GUIDE = frozenset({"data", "recipient", "tenant"})

_STATUSES = (DELIVERY_STATUS, ENGAGEMENT_STATUS)
# By step type, what `refs.<ref>` has; the outputs of other types are not known beforehand.
_OUTPUTS = {"channel": _STATUSES, "wait_for_event": ("matched", "signal_variables")}


@dataclass(frozen=True, slots=True)
class Reach:
    """`roots` are the words that paths may begin with, `steps` the types of the steps that `refs` may name."""

    roots: frozenset[str] = _RUN
    steps: Mapping[str, str] = field(default_factory=dict)
    audiences: bool = True

    def problems(self, path: str) -> Iterator[str]:
        """Why a path leads nowhere; it begins with a root of some place."""
        root, *segments = path.split(".")
        if root not in self.roots:
            yield f"{root!r} is not known here; there are {', '.join(sorted(self.roots))}"
        elif root == "refs":
            yield from self._ref_problems(*(*segments, "", "")[:2])

    def _ref_problems(self, ref: str, output: str) -> Iterator[str]:
        kind = self.steps.get(ref)
        if kind is None:
            there_are = f"there are {', '.join(sorted(self.steps))}" if self.steps else "there is none"
            yield f"no step has the ref {ref!r}; {there_are}"
            return
        outputs = _OUTPUTS.get(kind)
        if outputs is not None and output not in outputs:
            yield f"the {kind} step {ref!r} has {' and '.join(outputs)}"
        elif outputs is None and output in _STATUSES:
            yield f"the {kind} step {ref!r} makes no messages"


IN_RUNS = Reach()
"""Conditions of a workflow's trigger, of channels and their groups, and of preferences: no step has run yet, or none
is meant."""

IN_GUIDES = Reach(_GUIDE, audiences=False)


def at_steps(steps: Mapping[str, str]) -> Reach:
    """Conditions of steps and branches, which see what other steps have done. `steps` are their types by ref."""
    return Reach(_RUN | {"refs"}, steps)


def in_waits(steps: Mapping[str, str]) -> Reach:
    """What must be true of an event that a step waits for."""
    return Reach(_RUN | {"refs", "event"}, steps)
