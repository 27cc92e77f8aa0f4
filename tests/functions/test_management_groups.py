"""Routes of the management API are loaded by the first segment of their path."""

import sys
from pathlib import Path
from subprocess import run

from functions.management import routes
from functions.management.groups import GROUPS, group_of, router_of

FOLDER = Path(routes.__file__).parent
START = """
import sys
import functions.management.handler
print(*(name for name in sys.modules if name.startswith("functions.management.")))
"""


def test_whatever_is_called_its_group_has_the_route() -> None:
    lost = [rule for rule, *_ in routes.router._routes if not _is_in_its_group(str(rule))]

    assert lost == []


def test_every_module_with_routes_is_in_a_group() -> None:
    with_routes = {path.stem for path in FOLDER.glob("*.py") if "\n@router." in path.read_text("utf-8")}

    assert {module for modules in GROUPS.values() for module in modules} == with_routes


def test_no_routes_are_loaded_before_one_is_called() -> None:
    told = run([sys.executable, "-c", START], capture_output=True, check=True, text=True).stdout.split()

    assert {name.rpartition(".")[2] for name in told} == {"access", "env", "groups", "handler"}


def test_a_path_of_no_group_has_no_routes() -> None:
    assert group_of("/v1") not in GROUPS
    assert not router_of(group_of("/v1/elsewhere"))._routes


def _is_in_its_group(rule: str) -> bool:
    return rule in {str(known) for known, *_ in router_of(group_of(rule))._routes}
