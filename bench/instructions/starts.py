"""What functions do before their first request: each imported from the bundle, with its first client made."""

import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from os import cpu_count
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from bench.instructions.bundle import BUILT, variables
from bench.instructions.cachegrind import environment, instructions
from layers.bundling.groups import LAYERS
from layers.bundling.inputs import ROOT

FUNCTIONS = tuple(sorted(file.parent.name for file in (ROOT / "functions").glob("*/handler.py")))
_CLIENT = "import botocore.session; botocore.session.get_session().create_client('dynamodb')"
_MODEL = "import pydantic; pydantic.create_model('Model', name=(str, ...))"
_POWERTOOLS = (
    "import aws_lambda_powertools; from aws_lambda_powertools.event_handler import APIGatewayHttpResolver"
)
# Each on top of those before it. `tocsin` is how every function of ours starts.
PARTS: Mapping[str, str] = {
    "how we start": "import tocsin",
    "stdlib": "import dataclasses, email, hashlib, http.client, inspect, json, logging, ssl, typing, urllib.request",
    "urllib3": "import urllib3",
    "botocore": "import botocore.session",
    "a client": _CLIENT,
    "pydantic and a model": _MODEL,
    "Powertools": _POWERTOOLS,
    "Liquid": "import liquid",
}
FLOOR = f"{_CLIENT}\n{_MODEL}\n{_POWERTOOLS}"
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
    floor: int
    parts: dict[str, int]


def measure(functions: tuple[str, ...] = FUNCTIONS) -> Starts:
    chain = ["\n".join(list(PARTS.values())[: count + 1]) for count in range(len(PARTS))]
    programs = ["", FLOOR, *chain, *(f"import functions.{name}.handler" for name in functions)]
    names = ["users"] * (2 + len(chain)) + list(functions)
    bare, floor, *rest = count_all(programs, names)
    steps = [bare, *rest[: len(chain)]]
    return Starts(
        handlers={name: told - bare for name, told in zip(functions, rest[len(chain) :], strict=True)},
        floor=floor - bare,
        parts={name: steps[place + 1] - steps[place] for place, name in enumerate(PARTS)},
    )


def count_all(programs: list[str], functions: list[str]) -> list[int]:
    """Each in the environment of its function, as many at once as there are processors."""
    with ThreadPoolExecutor(cpu_count()) as pool:
        environments = [environment(variables(name)) for name in functions]
        ended = [f"{program}\n{_STOP}" for program in programs]
        return list(pool.map(instructions, ended, environments))


def shares(functions: Sequence[str]) -> dict[str, float]:
    """Of the floor, by function."""
    programs = ["", FLOOR, *(f"import functions.{name}.handler" for name in functions)]
    bare, floor, *handlers = count_all(programs, ["users", "users", *functions])
    return {name: (told - bare) / (floor - bare) for name, told in zip(functions, handlers, strict=True)}


def compiled_sources(functions: tuple[str, ...] = FUNCTIONS) -> list[str]:
    """Which files of the bundle an import would compile; Python's own are not ours to ship."""
    command = [sys.executable, "-S", "-P", "-c", _SOURCES, *functions]
    done = subprocess.run(
        command, env=environment(variables("users")), capture_output=True, text=True, check=True
    )
    return [path for path in done.stdout.split() if path.startswith(str(BUILT))]


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
