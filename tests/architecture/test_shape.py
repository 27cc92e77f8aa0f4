"""Files and functions stay small enough to be read at one go."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, sources

pytestmark = pytest.mark.architecture

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
# All keys stand in one place, whatever its length: two files of keys would be two tables of access patterns.
READ_AS_A_TABLE = {"layers/core/python/tocsin/store/keys.py"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base2"}


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    tests = (path for path in (ROOT / "tests").rglob("*.py") if "node_modules" not in path.parts)
    files = [source.path for source in sources()] + sorted(tests)
    long = {str(path.relative_to(ROOT)): lines for path in files if (lines := _lines(path)) > LONGEST_FILE}
    assert set(long) <= READ_AS_A_TABLE


def test_no_function_is_longer_than_forty_lines() -> None:
    long = [
        f"{source.module}.{node.name}"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _body_lines(node) > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [source.module for source in sources() if set(source.module.split(".")) & VAGUE] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        source.module for source in sources() if source.tree.body and not ast.get_docstring(source.tree)
    ]
    assert silent == []


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Without the signature and the docstring: those are read, not understood."""
    has_docstring = ast.get_docstring(function) is not None
    body = function.body[1:] if has_docstring and len(function.body) > 1 else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1
