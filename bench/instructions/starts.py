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
from bench.instructions.cachegrind import INTERPRETER, STOP, environment, instructions
from bench.instructions.floors import FLOORS, OURS, Floor
from bench.instructions.marks import counts_of_steps
from bench.instructions.parts import CLIENT, OUR_MODULES, Split, Start, Step, split, sums
from layers.bundling.groups import LAYERS
from layers.bundling.inputs import ROOT

FUNCTIONS = tuple(sorted(file.parent.name for file in (ROOT / "functions").glob("*/handler.py")))
AUTHORITIES = BUILT / "packages" / "deps" / "python" / "botocore" / "cacert.pem"
# Python moves a module behind those that it has loaded. Names that are put there by others are none to import.
_LOADED = """
import os, sys
there = set(sys.modules)
{program}
print(*(name for name, module in sys.modules.items()
        if name not in there and getattr(getattr(module, "__spec__", None), "name", None) == name))
"""
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


# As all of ours make it when they are loaded.
_OUR_CLIENT = (
    Step(OUR_MODULES, "import tocsin.aws.clients"),
    Step(CLIENT, "tocsin.aws.clients.client('dynamodb')"),
)
BARE = Start("", (), variables("users"), python_path())


@dataclass(frozen=True)
class Starts:
    """In instructions, from a started interpreter on. `parts` has what each of both is made of, and `by_themselves`
    how many those take that were counted once more, loaded in their own order."""

    handlers: dict[str, int]
    floors: dict[str, int]
    parts: dict[str, dict[str, int]]
    by_themselves: dict[str, int]

    @property
    def floor(self) -> int:
        """That which budgets are shares of."""
        return self.floors[floors.OURS.name]


@dataclass(frozen=True)
class Built:
    """Of the bundle as it lies there: bytes of its zips, of those of its layers without sources beside their bytecode,
    sources that importing it compiles, and how long the first connection to AWS reads authorities, which is of this
    machine."""

    sizes: dict[str, int]
    sourceless: dict[str, int]
    compiled: list[str]
    authorities_ms: float

    @classmethod
    def inspected(cls) -> "Built":
        return cls(sizes(), sourceless(), compiled_sources(), authorities_ms())


def measure(splits: Mapping[str, Split]) -> Starts:
    """Of floors and functions, by name."""
    with ThreadPoolExecutor(cpu_count()) as pool:
        parts = dict(zip(splits, pool.map(_parts, splits.values()), strict=True))
    totals = {name: sum(found.values()) for name, found in parts.items()}
    handlers = {name: total for name, total in totals.items() if name in FUNCTIONS}
    heaviest = max(handlers, key=handlers.__getitem__)
    bare, alone = count_all([BARE, of_handler(heaviest)])
    return Starts(
        handlers=handlers,
        floors={floor.name: totals[floor.name] for floor in FLOORS},
        parts=parts,
        by_themselves={heaviest: alone - bare},
    )


def _parts(split: Split) -> dict[str, int]:
    return sums(split.steps, counts_of_steps(split.steps, environment(split.variables, split.path)))


def every_split(functions: Sequence[str]) -> dict[str, Split]:
    """Of these, and of the floors."""
    named = {floor.name: of_floor(floor) for floor in FLOORS} | {name: of_handler(name) for name in functions}
    return {name: split(start, loaded(start)) for name, start in named.items()}


def shares(functions: Sequence[str]) -> dict[str, float]:
    """Of the floor of our own bundle, by function."""
    bare, floor, *told = count_all([BARE, of_floor(OURS), *map(of_handler, functions)])
    return {name: (count - bare) / (floor - bare) for name, count in zip(functions, told, strict=True)}


def of_handler(function: str) -> Start:
    load = Step(OUR_MODULES, f"import functions.{function}.handler")
    return Start(load.program, (*_OUR_CLIENT, load), variables(function), python_path())


def of_floor(floor: Floor) -> Start:
    program = "\n".join(step.program for step in floor.steps)
    return Start(program, floor.steps, variables("users"), floor.path())


def count_all(starts: Sequence[Start]) -> list[int]:
    """As many at once as there are processors."""
    with ThreadPoolExecutor(cpu_count()) as pool:
        return list(pool.map(_count, starts))


def _count(start: Start) -> int:
    return instructions(f"{start.program}\n{STOP}", environment(start.variables, start.path))


def compiled_sources(functions: tuple[str, ...] = FUNCTIONS) -> list[str]:
    """Which files of the bundle an import would compile; Python's own are not ours to ship."""
    told = run_in_bundle(_SOURCES, *functions)
    return [path for path in told.split() if path.startswith(str(BUILT))]


def modules_of(function: str) -> set[str]:
    """All that it loads before its first request."""
    return set(loaded(of_handler(function)))


def loaded(start: Start) -> list[str]:
    """Which modules it loads, each after those that it needs itself."""
    return _told(_LOADED.format(program=start.program), environment(start.variables, start.path)).split()


def run_in_bundle(program: str, *arguments: str) -> str:
    """What it printed."""
    return _told(program, environment(variables("users")), *arguments)


def _told(program: str, env: Mapping[str, str], *arguments: str) -> str:
    command = [*INTERPRETER, program, *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


def zipped(folder: Path, without: str = "") -> int:
    """Bytes, as CDK packs an asset; without files of that suffix."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if not without or path.suffix != without:
                archive.write(path, path.relative_to(folder))
    return file.tell()


def sourceless() -> dict[str, int]:
    return {layer: zipped(BUILT / "packages" / layer, ".py") for layer in LAYERS}


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
    """How long a connection to AWS takes to read whom it trusts: the best of two seconds, on this machine."""
    return min(_reading(AUTHORITIES)) * 1000


def _reading(file: Path) -> Iterator[float]:
    for _ in range(40):
        time.sleep(0.05)  # others on this machine come and go
        started = time.perf_counter()
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
        yield time.perf_counter() - started
