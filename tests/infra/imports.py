"""Which packages a function may ever import: by all import statements that can be reached from its handler."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from tests.infra.stages import ROOT

CORE = ROOT / "layers" / "core" / "python"
OURS = ("tocsin", "functions")
# These import by a name that is put together, so every module that they may mean is one of theirs.
REGISTRY = "tocsin.channels.registry"
GROUPS = "functions.management.groups"
# All functions can name it, for they share their wiring; only those ask for it that are called with a key.
TOKENS = "tocsin.lambda_kit.user_tokens"


def packages_of(handler: str, *, authenticates: bool) -> set[str]:
    seen: set[str] = set() if authenticates else {TOKENS}
    found: set[str] = set()
    ahead = [handler]
    while ahead:
        module = ahead.pop()
        if module in seen:
            continue
        seen.add(module)
        if module.split(".")[0] not in OURS:
            found.add(module.split(".")[0])
            continue
        ahead += _imports(module)
    return found


@lru_cache
def _imports(module: str) -> tuple[str, ...]:
    file = _file(module)
    if file is None:
        return ()
    tree = ast.parse(file.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    put_together = {REGISTRY: _providers, GROUPS: _of_management}.get(module, tuple)
    return (*_named(tree), *put_together())


def _named(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _file(module: str) -> Path | None:
    path = (CORE if module.startswith("tocsin") else ROOT).joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)


def _providers() -> Iterator[str]:
    for kind in ("chat", "email", "in_app", "push", "sms", "webhook"):
        yield from (
            f"tocsin.channels.{kind}.{file.stem}" for file in (CORE / "tocsin/channels" / kind).glob("*.py")
        )


def _of_management() -> Iterator[str]:
    yield from (f"functions.management.{file.stem}" for file in (ROOT / "functions/management").glob("*.py"))
