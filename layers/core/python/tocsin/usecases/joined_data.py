"""What the triggers of a batch came with."""

from collections.abc import Sequence
from typing import Any

from tocsin.domain.batches import Joined
from tocsin.domain.recipients import RecipientRef
from tocsin.usecases.ports import WorkflowRuns


def joined_data(
    runs: WorkflowRuns, env: str, recipient: RecipientRef, joined: Sequence[Joined]
) -> dict[str, dict[str, Any]]:
    """By the triggers' ids. Data that steps had made lies with the trigger in the batch, other data with its run."""
    wanted = {one.workflow_run_id for one in joined if one.data is None}
    found = runs.get_many(env, wanted)
    for run_id in wanted - found.keys():
        # Stored a moment ago: a list may not have it yet.
        run = runs.get(env, run_id)
        if run is None:
            raise LookupError(f"workflow run {run_id} does not exist in {env}")
        found[run_id] = run
    return {
        one.id: found[one.workflow_run_id].data_for(recipient) if one.data is None else one.data
        for one in joined
    }
