"""Rules that keep the data whole: keys are spelled in one file, DynamoDB is called from one file, nothing scans."""

import ast
import re

import pytest

from tests.architecture.sources import Source, sources, under

pytestmark = pytest.mark.architecture

_KEY_PART = re.compile(r"[A-Z_]{2,}#")
_GLUE = re.compile(r"^#$|^#[A-Z]|[A-Z]#$")
_DYNAMODB_CALLS = {
    "get_item", "put_item", "update_item", "delete_item", "query", "batch_get_item", "batch_write_item",
    "transact_write_items", "transact_get_items", "execute_statement", "scan",
}  # fmt: skip


def _key_like(source: Source) -> list[str]:
    """Text such as `MESSAGES#`, and f-strings that glue their parts with `#`. Docstrings may show keys."""
    nodes = [node for node in ast.walk(source.tree) if not isinstance(node, ast.Expr)]
    texts = [
        child for node in nodes for child in ast.iter_child_nodes(node) if isinstance(child, ast.Constant)
    ]
    glued = [part for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values]
    found = [text.value for text in texts if isinstance(text.value, str) and _KEY_PART.search(text.value)]
    return found + [
        part.value
        for part in glued
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and _GLUE.search(part.value)
    ]


def _called_on_client(source: Source) -> set[str]:
    return {
        node.func.attr
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _DYNAMODB_CALLS
        and "client" in ast.dump(node.func.value)
    }


def test_no_key_is_spelled_outside_the_keys() -> None:
    others = [
        source for source in under("tocsin") + under("functions") if source.module != "tocsin.store.keys"
    ]
    found = {source.module: _key_like(source) for source in others}
    assert {module: texts for module, texts in found.items() if texts} == {}


def test_dynamodb_is_called_from_one_file() -> None:
    callers = {source.module for source in under("tocsin") + under("functions") if _called_on_client(source)}
    assert callers == {"tocsin.store.table"}


def test_nothing_scans() -> None:
    scanning = [
        source.module for source in sources() if re.search(r"\.scan\(|dynamodb:Scan", source.path.read_text())
    ]
    assert scanning == []
