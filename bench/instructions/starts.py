"""What functions do before their first request: each imported from the bundle, with its first client made."""

import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from os import cpu_count
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from bench.instructions import floors
from bench.instructions.bundle import BUILT, python_path, variables
from bench.instructions.cachegrind import INTERPRETER, environment, instructions
from bench.instructions.floors import FLOORS, OURS, Floor
from bench.instructions.walls import Start
from layers.bundling.groups import LAYERS
from layers.bundling.inputs import ROOT

FUNCTIONS = tuple(sorted(file.parent.name for file in (ROOT / "functions").glob("*/handler.py")))
# Each on top of those before it. `tocsin` is how every function of ours starts.
PARTS: Mapping[str, str] = {
    "how we start": "import tocsin",
    "stdlib": "import dataclasses, email, hashlib, http.client, inspect, json, logging, ssl, typing, urllib.request",
    "urllib3": "import urllib3",
    "botocore": "import botocore.session",
    "a client": floors.CLIENT,
    "pydantic and a model": floors.MODEL,
    "Powertools": floors.POWERTOOLS,
    "Liquid": "import liquid",
}
# A function is never taken down: a program that ends by itself would spend a tenth of its instructions on that.
_STOP = "import os; os._exit(0)"
AUTHORITIES = BUILT / "packages" / "deps" / "python" / "botocore" / "cacert.pem"
_SOURCES = """
import importlib, sys
from importlib.machinery import SourceFileLoader
compiled = []
original = SourceFileLoader.source_to_code
def noted(self, data, path, **options):
    compiled.append(path)
    return original(self, data, path, **options)
SourceFileLoader.source_to_code = noted
for name in sys.argv[1:]:
    importlib.import_module(f"functions.{name}.handler")
print(*compiled, sep="\\n")
"""


@dataclass(frozen=True)
class Starts:
    """In instructions, net of the bare interpreter."""

    handlers: dict[str, int]
    floors: dict[str, int]
    parts: dict[str, int]

    @property
    def floor(self) -> int:
        """That which budgets are shares of."""
        return self.floors[floors.OURS.name]


@dataclass(frozen=True)
class Built:
    """Of the bundle as it lies there: bytes of its zips, sources that importing it compiles, and how long the first
    connection to AWS reads authorities, which is of this machine."""

    sizes: dict[str, int]
    compiled: list[str]
    authorities_ms: float

    @classmethod
    def inspected(cls) -> "Built":
        return cls(sizes(), compiled_sources(), authorities_ms())


def measure(functions: Sequence[str] = FUNCTIONS) -> Starts:
    chain = ["\n".join(list(PARTS.values())[: count + 1]) for count in range(len(PARTS))]
    bare, *told = count_all(
        [in_bundle(""), *map(of_floor, FLOORS), *map(in_bundle, chain), *map(of_handler, functions)]
    )
    net = [count - bare for count in told]
    steps, handlers = [0, *net[len(FLOORS) :][: len(PARTS)]], net[len(FLOORS) + len(PARTS) :]
    return Starts(
        handlers=dict(zip(functions, handlers, strict=True)),
        floors={floor.name: count for floor, count in zip(FLOORS, net, strict=False)},
        parts={name: steps[place + 1] - steps[place] for place, name in enumerate(PARTS)},
    )


def shares(functions: Sequence[str]) -> dict[str, float]:
    """Of the floor of our own bundle, by function."""
    bare, floor, *told = count_all([in_bundle(""), of_floor(OURS), *map(of_handler, functions)])
    return {name: (count - bare) / (floor - bare) for name, count in zip(functions, told, strict=True)}


def of_handler(function: str) -> Start:
    return Start(f"import functions.{function}.handler", variables(function), python_path())


def of_floor(floor: Floor) -> Start:
    return Start(floor.program, variables("users"), floor.path())


def in_bundle(program: str) -> Start:
    return Start(program, variables("users"), python_path())


def count_all(starts: Sequence[Start]) -> list[int]:
    """As many at once as there are processors."""
    with ThreadPoolExecutor(cpu_count()) as pool:
        return list(pool.map(_count, starts))


def _count(start: Start) -> int:
    return instructions(f"{start.program}\n{_STOP}", environment(start.variables, start.path))


def compiled_sources(functions: tuple[str, ...] = FUNCTIONS) -> list[str]:
    """Which files of the bundle an import would compile; Python's own are not ours to ship."""
    told = run_in_bundle(_SOURCES, *functions)
    return [path for path in told.split() if path.startswith(str(BUILT))]


def modules_of(function: str) -> set[str]:
    """All that is loaded once it has started."""
    return set(run_in_bundle(f"{of_handler(function).program}\nimport sys; print(*sys.modules)").split())


def run_in_bundle(program: str, *arguments: str) -> str:
    """What it printed."""
    command = [*INTERPRETER, program, *arguments]
    env = environment(variables("users"))
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


def zipped(folder: Path) -> int:
    """Bytes, as CDK packs an asset."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return file.tell()


def sizes() -> dict[str, int]:
    folders = {layer: BUILT / "packages" / layer for layer in LAYERS}
    return {
        name: zipped(folder)
        for name, folder in {
            **folders,
            "core": BUILT / "modules",
            "functions": BUILT / "functions",
        }.items()
    }


def authorities_ms() -> float:
    """How long a connection to AWS takes to read whom it trusts: the best of twenty, on this machine."""
    return min(_reading(AUTHORITIES)) * 1000


def _reading(file: Path) -> Iterator[float]:
    for _ in range(20):
        started = time.perf_counter()
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
        yield time.perf_counter() - started
