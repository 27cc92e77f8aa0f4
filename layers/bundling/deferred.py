"""Imports of other people's packages that wait until somebody needs them: a start pays for each of them.

Nothing else of a source changes. What is not written as it is known here is left as it was: slower, and right.
"""

import ast
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

# Packages that name, for whoever imports them, what lies in their modules: those for all events of AWS, where we have
# one kind. A name is looked for when it is asked for.
NAMING = (
    "aws_lambda_powertools",
    "aws_lambda_powertools/event_handler",
    "aws_lambda_powertools/event_handler/openapi",
    "aws_lambda_powertools/utilities/data_classes",
    "liquid/utils",
)
# What only functions of a source use, and none that we call, or few: it is imported where it is used.
USED_LATER = {
    "aws_lambda_powertools/package_logger.py": ("aws_lambda_powertools.logging.logger",),
    "botocore/docs/__init__.py": ("botocore.docs.service",),
    "botocore/docs/docstring.py": (
        "botocore.docs.bcdoc.restdoc",
        "botocore.docs.method",
        "botocore.docs.paginator",
        "botocore.docs.waiter",
    ),
    "liquid/builtin/filters/string.py": ("liquid.utils.html",),
    "liquid/builtin/loaders/file_system_loader.py": ("asyncio",),
    "liquid/builtin/loaders/package_loader.py": ("asyncio", "importlib_resources"),
    "liquid/environment.py": (".extra",),
    "liquid/messages.py": ("babel.messages",),
    "pydantic/plugin/_loader.py": ("importlib.metadata",),
    "urllib3/http2/__init__.py": ("importlib.metadata",),
}
_LOOKED_UP = """

_PLACES = {places!r}


def __getattr__(name):
    if name not in _PLACES:
        raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(_PLACES[name], __name__), name)
    return found
"""


def defer(packages: Path) -> None:
    for package in NAMING:
        _rewrite(packages / package / "__init__.py", looked_up)
    for name, modules in USED_LATER.items():
        _rewrite(packages / name, partial(imported_where_used, modules=modules))


def _rewrite(file: Path, change: Callable[[str], str]) -> None:
    if file.exists():
        file.write_text(change(file.read_text()))


def looked_up(text: str) -> str:
    """An `__init__` that imports when it is asked for a name what it imported only to have that name in `__all__`.

    Names that are their own module's as well are left: of the two, whoever comes last is found.
    """
    tree = _read(text)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    listed = _listed(tree)
    places: dict[str, str] = {}
    lines = text.splitlines()
    for statement in _imports(tree):
        names = {alias.name for alias in statement.names if alias.asname is None}
        module = statement.module or ""
        own = used | {module.rpartition(".")[2]}
        if len(names) == len(statement.names) and names <= listed and not names & own:
            places |= dict.fromkeys(sorted(names), "." * statement.level + module)
            _blank(lines, statement)
    if not places or "__getattr__" in text:
        return text
    return "\n".join(lines) + _LOOKED_UP.format(places=places)


def imported_where_used(text: str, modules: tuple[str, ...]) -> str:
    """A source that imports those modules right before each statement that uses them, if all are in functions.

    What nobody uses may be there for others; a name that means something else as well is left to whoever wrote it.
    """
    tree = _read(text)
    lines = text.splitlines()
    bound = _bound(tree)
    inserted: list[tuple[int, str]] = []
    for statement in tree.body:
        if not isinstance(statement, (ast.Import, ast.ImportFrom)) or not _modules(statement) <= {*modules}:
            continue
        names = {alias.asname or alias.name.partition(".")[0] for alias in statement.names}
        users = list(_users(tree.body, names))
        if users and all(within for _, within in users) and not names & (bound | _listed(tree)):
            _blank(lines, statement)
            inserted += [(user.lineno - 1, _indented(statement, user)) for user, _ in users]
    for line, code in sorted(inserted, reverse=True):
        lines.insert(line, code)
    return _sound("\n".join(lines) + "\n", text)


def _sound(changed: str, text: str) -> str:
    """What was written on one line with its condition, say, has no place for an import before it."""
    try:
        ast.parse(changed)
    except SyntaxError:
        return text
    return changed


def _read(text: str) -> ast.Module:
    """Without annotations, where nobody evaluates them."""
    tree = ast.parse(text)
    if "from __future__ import annotations" in text:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                node.returns = None
            elif isinstance(node, ast.arg):
                node.annotation = None
    return tree


def _imports(tree: ast.Module) -> Iterator[ast.ImportFrom]:
    yield from (
        node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module != "__future__"
    )


def _modules(statement: ast.Import | ast.ImportFrom) -> set[str]:
    """As they are written, a package's own with its points."""
    if isinstance(statement, ast.Import):
        return {alias.name for alias in statement.names}
    return {"." * statement.level + (statement.module or "")}


def _listed(tree: ast.Module) -> set[str]:
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id="__all__")], value=ast.List(elts=names) | ast.Tuple(elts=names)
            ):
                return {str(name.value) for name in names if isinstance(name, ast.Constant)}
    return set()


def _bound(tree: ast.Module) -> set[str]:
    """The names of arguments and of what is assigned, anywhere."""
    nodes = list(ast.walk(tree))
    assigned = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return assigned | {node.arg for node in nodes if isinstance(node, ast.arg)}


def _users(body: list[ast.stmt], names: set[str], within: bool = False) -> Iterator[tuple[ast.stmt, bool]]:
    """The innermost statements that use one of the names, and whether in a function."""
    for statement in body:
        inner = [part for part in ast.iter_child_nodes(statement) if isinstance(part, ast.stmt)]
        handlers = statement.handlers if isinstance(statement, ast.Try) else []
        nested = [*inner, *(part for handler in handlers for part in handler.body)]
        if _uses(statement, names) > sum(_uses(part, names) for part in nested):
            yield statement, within
        yield from _users(
            nested, names, within or isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
        )


def _uses(part: ast.stmt, names: set[str]) -> int:
    return sum(isinstance(node, ast.Name) and node.id in names for node in ast.walk(part))


def _indented(statement: ast.stmt, user: ast.stmt) -> str:
    return " " * user.col_offset + ast.unparse(statement)


def _blank(lines: list[str], statement: ast.stmt) -> None:
    for line in range(statement.lineno - 1, statement.end_lineno or statement.lineno):
        lines[line] = ""
