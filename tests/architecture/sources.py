"""The project's sources, parsed once, for the rules below."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORE = ROOT / "layers" / "core" / "python"


@dataclass(frozen=True)
class Source:
    """`module` is the dotted name, such as `tocsin.domain.ids` or `functions.users.routes`."""

    path: Path
    module: str
    tree: ast.Module

    def imports(self) -> Iterator[str]:
        """Dotted names of what it imports at run time and for types, our own and others'."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


@lru_cache
def sources() -> tuple[Source, ...]:
    found = [(path, path.relative_to(CORE)) for path in sorted((CORE / "tocsin").rglob("*.py"))]
    for folder in ("functions", "infra", "local", "admin", "bench"):
        ours = (path for path in sorted((ROOT / folder).rglob("*.py")) if "node_modules" not in path.parts)
        found += [(path, path.relative_to(ROOT)) for path in ours]
    return tuple(
        Source(path, ".".join(relative.with_suffix("").parts), ast.parse(path.read_text()))
        for path, relative in found
    )


def under(package: str) -> list[Source]:
    return [source for source in sources() if f"{source.module}.".startswith(f"{package}.")]
