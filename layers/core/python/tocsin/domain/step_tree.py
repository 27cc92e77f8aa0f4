"""A workflow's steps as a tree: branches nest, and a run stands at one ref, which no two steps share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Step = dict[str, Any]

# The step types that hold other steps, and where.
BRANCHING = {"branch": "branches", "random_cohort": "cohort_branches"}


@dataclass(frozen=True, slots=True)
class _Place:
    """`after` is where a run goes from this step, `entries` where each of its branches begins; None is the end."""

    step: Step
    after: str | None
    entries: tuple[str | None, ...]


class StepTree:
    """Where each step leads. The steps of a branch lead to what follows the branch, unless it `terminates`."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._places: dict[str, _Place] = {}
        self.first = self._planted(steps, None)

    def _planted(self, steps: Sequence[Step], after: str | None) -> str | None:
        """Where a row of steps begins that goes on with `after`: an empty one begins there."""
        for step in reversed(steps):
            entries = tuple(
                self._planted(branch.get("steps") or (), None if branch.get("terminates") else after)
                for branch in branches_of(step)
            )
            self._places[step["ref"]] = _Place(step, after, entries)
            after = step["ref"]
        return after

    def __contains__(self, ref: str) -> bool:
        return ref in self._places

    def step(self, ref: str) -> Step:
        return self._places[ref].step

    def after(self, ref: str) -> str | None:
        return self._places[ref].after

    def into(self, ref: str, branch: int) -> str | None:
        """The first step of one of its branches; what follows an empty one."""
        return self._places[ref].entries[branch]


def branches_of(step: Step) -> Sequence[dict[str, Any]]:
    """The branches of a step that has some, in their order; each holds `steps`."""
    return step.get(BRANCHING.get(step["type"], "")) or ()


def all_steps(steps: Sequence[Step]) -> Iterator[Step]:
    """Every step, those of branches behind the one that holds them."""
    for step in steps:
        yield step
        for branch in branches_of(step):
            yield from all_steps(branch.get("steps") or ())
