"""Shares of an experiment's cohorts. They come as numbers or as text; they are kept, and read, as decimal text."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tocsin.domain.step_tree import BRANCHING


def with_written_shares(steps: Any) -> Any:
    """The same steps, whatever they may be, with `percentage` as text: so sending back an answer changes nothing.

    >>> with_written_shares([{"cohort_branches": [{"percentage": 50}, {"percentage": Decimal("33.30")}]}])
    [{'cohort_branches': [{'percentage': '50'}, {'percentage': '33.3'}]}]
    """
    return (
        [_step(one) if isinstance(one, dict) else one for one in steps] if isinstance(steps, list) else steps
    )


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: step[name] for name in BRANCHING.values() if isinstance(step.get(name), list)}
    return {**step, **{name: [_branch(one) for one in branches] for name, branches in found.items()}}


def _branch(branch: Any) -> Any:
    if not isinstance(branch, dict):
        return branch
    written = {name: read(branch[name]) for name, read in _WRITTEN.items() if name in branch}
    return {**branch, **written}


def _share(percentage: Any) -> Any:
    """What is no share stays as it is, for whoever checks it."""
    if isinstance(percentage, bool) or not isinstance(percentage, int | str | Decimal):
        return percentage
    try:
        value = Decimal(percentage)
    except InvalidOperation:
        return percentage
    is_share = value.is_finite() and 0 <= value <= 100 and value * 10 % 1 == 0
    return f"{value.normalize():f}" if is_share else percentage


_WRITTEN = {"percentage": _share, "steps": with_written_shares}
