"""What a cold start costs in the bundle that is deployed: instructions, sources compiled, authorities read."""

import sys
import tomllib

import pytest

from bench.instructions import starts
from bench.instructions.cachegrind import MISSING, is_available
from layers.bundling.bundles import build
from layers.bundling.deferred import NAMING
from tests.infra.stages import ROOT

BUDGETS = tomllib.loads((ROOT / "bench" / "instructions" / "budgets.toml").read_text())
MOST_AUTHORITIES = 15  # a tenth of a millisecond each, at every new connection


@pytest.fixture(scope="module", autouse=True)
def _bundle() -> None:
    list(build("local"))


@pytest.mark.skipif(not is_available(), reason=MISSING)
@pytest.mark.skipif(
    not sys.version.startswith(f"{BUDGETS['python']}."), reason=f"budgets are for Python {BUDGETS['python']}"
)
def test_functions_start_within_their_budgets() -> None:
    most = BUDGETS["of_the_floor"]
    assert set(most) == set(starts.FUNCTIONS)
    beyond = {name: share for name, share in starts.shares(tuple(most)).items() if share > most[name]}
    assert not beyond, "of the floor; bench/instructions/budgets.toml says what to do"


def test_nothing_is_compiled_at_import() -> None:
    assert starts.compiled_sources() == []


def test_connections_to_aws_read_few_authorities() -> None:
    assert 0 < starts.AUTHORITIES.read_text().count("BEGIN CERTIFICATE") <= MOST_AUTHORITIES


@pytest.mark.parametrize("function", ["users", "run_steps"])
def test_what_few_requests_need_is_not_there_at_the_start(function: str) -> None:
    loaded = starts.modules_of(function)

    assert {"botocore.client", "pydantic.main", f"functions.{function}.handler"} <= loaded
    assert not loaded & {"asyncio", "babel", "botocore.docs.service", "importlib.metadata"}


def test_what_waits_comes_when_it_is_asked_for() -> None:
    program = f"""
import importlib, liquid
for package in {NAMING!r}:
    module = importlib.import_module(package.replace("/", "."))
    for name in module.__all__:
        getattr(module, name)
assert liquid.parse("{{{{ text | strip_html }}}}").render(text="<b>bold</b>") == "bold"
assert liquid.Environment(extra=True).filters["money"]
"""

    assert starts.run_in_bundle(program) == ""
