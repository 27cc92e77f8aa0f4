"""The examples that the docs tell people to run."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.settings import ROOT
from tests.builders.cli import Cli
from tests.builders.stack import Product, eventually
from tests.e2e.conftest import FOLDER

EXAMPLES = ROOT / "examples"
INVITED = EXAMPLES / "invited"


@pytest.fixture
def pushed(product: Product, tmp_path: Path) -> Product:
    """The product, with all examples of definitions committed by the official command line."""
    cli = Cli(product.stack, tmp_path)
    shutil.copytree(EXAMPLES, cli.folder, dirs_exist_ok=True)
    for kind in ("partial", "workflow"):
        cli.says(kind, "push", "--all", "--commit")
    return product


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


@pytest.mark.xdist_group("engine")
def test_the_digest_tells_at_once_in_the_app_and_by_email_when_its_time_has_come(pushed: Product) -> None:
    seconds = {"unit": "seconds", "value": 6}
    jane, tom = pushed.user("jane", digest_at=seconds), pushed.user("tom")
    for text in ("first", "second"):
        pushed.knock.workflows.trigger("digest", recipients=[jane], actor=tom, data={"text": text})

    *_, mail = pushed.arrived(jane, *["delivered"] * 3)
    content: Any = pushed.knock.messages.get_content(mail.id).data
    assert content.subject_line == "2 comments for you"
    for text in ("first", "second"):
        assert f"<strong>Tom</strong>: {text}" in content.html_body
    assert "more." not in content.html_body


@pytest.mark.xdist_group("engine")
def test_onboarding_congratulates_as_soon_as_there_is_a_project(pushed: Product) -> None:
    jane = pushed.user("jane")
    pushed.knock.workflows.trigger("onboarding", recipients=[jane])
    pushed.run_of("onboarding", "paused")

    pushed.knock.users.update(jane, extra_body={"projects": 1})

    assert [message.source.step_ref for message in pushed.arrived(jane, *["delivered"] * 2)] == [
        "welcome",
        "done",
    ]
    assert pushed.run_of("onboarding", "completed").events[-1].event == "run_completed"
