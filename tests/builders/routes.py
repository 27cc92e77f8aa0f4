"""All routes of all API functions, as their routers have them."""

import importlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.builders.account import IN_APP_CHANNEL
from tocsin.domain.grants import Grant
from tocsin.lambda_kit.access import Access

FUNCTIONS = Path(__file__).parents[2] / "functions"
EXAMPLES = {"user_id": "jane", "channel_id": IN_APP_CHANNEL, "set_id": "default", "action": "seen"}


class Route(NamedTuple):
    function: str
    method: str
    path: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def handler(self) -> Callable[..., Any]:
        return importlib.import_module(f"functions.{self.function}.handler").lambda_handler  # type: ignore[no-any-return]

    def filled(self, **values: str) -> str:
        """The path with an example in place of every parameter."""
        known = EXAMPLES | values
        return re.sub(r"\{(\w+)\}", lambda name: known.get(name[1], f"a_{name[1]}"), self.path)


@cache
def all_routes() -> tuple[Route, ...]:
    found = []
    for folder in sorted(path.parent for path in FUNCTIONS.glob("*/routes.py")):
        router = importlib.import_module(f"functions.{folder.name}.routes").router
        for rule, methods, *_ in router._routes:
            path = re.sub(r"<(\w+)>", r"{\1}", str(rule))
            found += [Route(folder.name, str(method).upper(), path) for method in methods]
    return tuple(found)


@cache
def public_grants() -> dict[str, Grant]:
    """What the functions' tables open to public keys."""
    tables = [f"functions.{path.parent.name}.access" for path in FUNCTIONS.glob("*/access.py")]
    opened: dict[str, Grant] = {}
    for table in tables:
        access: Access = importlib.import_module(table).ACCESS
        opened |= access.public
    return opened


def public_routes() -> list[Route]:
    return [route for route in all_routes() if route.name in public_grants()]
