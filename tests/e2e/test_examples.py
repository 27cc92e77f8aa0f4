"""The examples that the docs tell people to run."""

import json
import os
import re
import subprocess
import sys

from local.settings import ROOT
from tests.builders.stack import Product, eventually
from tests.e2e.conftest import FOLDER

INVITED = ROOT / "examples" / "invited"


def test_the_quickstart_s_workflow_and_product_work_as_they_stand(product: Product) -> None:
    workflow = json.loads((INVITED / "workflow.json").read_text())
    saved = product.manage("PUT", "/v1/workflows/invited?commit=true", workflow)
    assert saved.status_code == 200, saved.text

    command = [sys.executable, str(INVITED / "product.py")]
    done = subprocess.run(
        command,
        env={**os.environ, "TOCSIN_STACK": str(FOLDER / "stack.json")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "triggered: workflow run" in done.stdout
    # The README's program writes to the same Ada, perhaps at the same moment.
    eventually(
        lambda: (
            {
                (message.channel.type, message.status)
                for message in product.messages_of("ada")
                if message.channel
            }
            >= {("in_app_feed", "delivered"), ("email", "delivered")}
        ),
        "Ada's message in the app and her email",
    )


def test_the_readme_s_python_runs_as_it_stands(product: Product) -> None:
    [program] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert ".local/stack.json" in program

    done = subprocess.run(
        [sys.executable, "-c", program.replace(".local/stack.json", str(FOLDER / "stack.json"))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
