"""A product that invites somebody: identify, trigger, and look at what came of it. Needs `make up` and the workflow
of `workflow.json` committed (docs/quickstart.md)."""

import json
import os
from pathlib import Path

from knockapi import Knock

STACK_FILE = Path(os.environ.get("TOCSIN_STACK", ".local/stack.json"))


def main() -> None:
    stack = json.loads(STACK_FILE.read_text())
    knock = Knock(api_key=stack["secret_key"], base_url=stack["api_url"])
    ada = knock.users.update("ada", name="Ada", email="ada@example.com", extra_body={"plan": {"tier": "pro"}})
    accepted = knock.workflows.trigger(
        "invited", recipients=[ada.id], data={"team": "Engines"}, cancellation_key="invitation-1"
    )
    print(f"triggered: workflow run {accepted.workflow_run_id}")


if __name__ == "__main__":
    main()
