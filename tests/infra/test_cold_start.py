"""What a function imports before its first request, counted in modules: seconds would differ from machine to machine.

Each handler is imported by a process of its own, with the layer's sources and nothing of the tests'.
"""

import json
import subprocess
import sys

import pytest

from tests.conftest import REGION, VARIABLES
from tests.infra.stages import ROOT

API = (
    "audiences",
    "bulk_operations",
    "feeds",
    "guides",
    "hooks",
    "integrations",
    "management",
    "messages",
    "objects",
    "openapi",
    "schedules",
    "tenants",
    "users",
    "workflow_recipient_runs",
    "workflows",
)
WORKERS = (
    "bulk_worker",
    "deliver",
    "events",
    "fan_out",
    "links",
    "on_change",
    "receipts",
    "webhooks",
    "wheel",
)
RENDERING = {"babel", "liquid", "markdown_it"}
NEVER = {"boto3", "cryptography", "jsonschema", "jwt", "multiprocessing", "pytest", "requests", "s3transfer"}
# What they need today and a little more. Whoever goes beyond it, asks first what the module is for.
API_MODULES, WORKER_MODULES, RENDERING_MODULES = 730, 565, 820

PROGRAM = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize("name", API)
def test_an_api_function_starts_without_the_renderer(name: str) -> None:
    modules = _imported(name)

    assert not _packages(modules) & (RENDERING | NEVER)
    assert len(modules) <= API_MODULES


@pytest.mark.parametrize("name", WORKERS)
def test_a_worker_starts_without_renderer_and_router(name: str) -> None:
    modules = _imported(name)

    assert not _packages(modules) & (RENDERING | NEVER)
    assert "aws_lambda_powertools.event_handler.api_gateway" not in modules
    assert len(modules) <= WORKER_MODULES


def test_run_steps_brings_the_renderer_and_no_router() -> None:
    modules = _imported("run_steps")

    assert not _packages(modules) & NEVER
    assert "aws_lambda_powertools.event_handler.api_gateway" not in modules
    assert len(modules) <= RENDERING_MODULES


def test_every_function_is_counted() -> None:
    folders = {file.parent.name for file in (ROOT / "functions").glob("*/handler.py")}

    assert folders == {*API, *WORKERS, "run_steps"}


def _packages(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules}


def _imported(name: str) -> set[str]:
    """As Lambda does it: with the variables set, so that the first client is made as well."""
    environment = {
        **VARIABLES,
        "PYTHONPATH": f"{ROOT}:{ROOT / 'layers/core/python'}",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_DEFAULT_REGION": REGION,
    }
    command = [sys.executable, "-c", PROGRAM, f"functions.{name}.handler"]
    told = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
    return set(json.loads(told.stdout))
