"""The bundles of a target, each rebuilt only when what it is made from has changed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from functools import partial
from pathlib import Path

from layers.bundling import BuildError
from layers.bundling.bytecode import compile_folder, lambda_python
from layers.bundling.deferred import defer
from layers.bundling.groups import LAYERS, share_out
from layers.bundling.inputs import ROOT, files_below, fingerprint
from layers.bundling.methods import compile_methods
from layers.bundling.slim import drop_surplus_metadata, slim

OUTPUT = ROOT / "build"
TARGETS = ("local", "aws")
LAMBDA_PYTHON = "3.13"
_DEPENDENCIES = ROOT / "layers" / "deps" / "requirements.txt"
_CONSTRAINTS = ROOT / "constraints.txt"
_PACKAGES = (_DEPENDENCIES, _CONSTRAINTS)
_PYTHON_FOLDER = f"python{sys.version_info.major}.{sys.version_info.minor}"
_CORE = ROOT / "layers" / "core" / "python"
_FUNCTIONS = ROOT / "functions"
_SELF = Path(__file__).parent
# On a laptop, where the modules of the core layer lie beside it.
_POINTED_AT = {"core": "modules"}


@dataclass(frozen=True)
class _Bundle:
    name: str
    inputs: tuple[Path, ...]
    fill: Callable[[Path, str], None]
    compiled: bool = True


def build(target: str) -> Iterator[str]:
    """Brings `build/<target>` up to date; yields a line for each thing worth telling."""
    interpreter = _interpreter(target)
    folder = OUTPUT / target
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:  # tests run in parallel
        flock(lock, LOCK_EX)
        for bundle in _BUNDLES[target]:
            if _refresh(bundle, target, folder, interpreter):
                yield f"built {(folder / bundle.name).relative_to(ROOT)}"
    if interpreter is None:
        yield f"no Python {LAMBDA_PYTHON} here: shipping sources without bytecode, so cold starts are slower"


def _interpreter(target: str) -> str | None:
    """Whose bytecode the functions of that target take; None where there is no such Python."""
    return sys.executable if target == "local" else lambda_python(LAMBDA_PYTHON)


def _refresh(bundle: _Bundle, target: str, folder: Path, interpreter: str | None) -> bool:
    inputs = (*bundle.inputs, _SELF)
    wanted = fingerprint(inputs, target, sys.version if target == "local" else str(bool(interpreter)))
    stamp, finished = folder / f".{bundle.name}.stamp", folder / bundle.name
    if finished.is_dir() and stamp.exists() and stamp.read_text() == wanted:
        return False
    draft = folder / f".{bundle.name}.draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    bundle.fill(draft, target)
    if interpreter is not None and bundle.compiled:
        compile_folder(draft, interpreter)
    stamp.unlink(missing_ok=True)
    shutil.rmtree(finished, ignore_errors=True)
    draft.rename(finished)
    stamp.write_text(wanted)
    return True


def _fill_core(folder: Path, target: str) -> None:
    core = folder / "python"
    _copy(_CORE, core, list(files_below(_CORE)))
    if interpreter := _interpreter(target):
        compile_methods(core, _importable(target), interpreter)


def _importable(target: str) -> list[Path]:
    """Packages that this machine can import: of Lambda's it could not, for they are another processor's."""
    if target == "aws":
        return [OUTPUT / target / "host"]
    return [OUTPUT / target / "packages" / layer / "python" for layer in LAYERS]


def _fill_functions(folder: Path, target: str) -> None:
    # the package's name stays part of the path: handlers are `functions.<name>.handler.lambda_handler`
    sources = [file for file in files_below(_FUNCTIONS) if file.suffix in {".py", ".json"}]
    _copy(_FUNCTIONS, folder / "functions", sources)


def _copy(origin: Path, destination: Path, files: list[Path]) -> None:
    for file in files:
        copy = destination / file.relative_to(origin)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)


def _fill_packages(folder: Path, target: str) -> None:
    installed = folder / "python"
    _install(installed, target)
    slim(installed)
    defer(installed)
    share_out(installed, folder)
    for layer in LAYERS:
        drop_surplus_metadata(folder / layer / "python")


def _fill_host(folder: Path, target: str) -> None:
    if interpreter := _interpreter(target):
        _install(folder, "local", interpreter)


def _fill_layer(layer: str, folder: Path, target: str) -> None:
    packages = OUTPUT / target / "packages" / layer / "python"
    _copy(packages, folder / "python", list(files_below(packages)))


def _fill_pointer(layer: str, folder: Path, target: str) -> None:
    """A layer that says where its modules lie. The emulator unpacks every layer anew for every process it starts, and
    thousands of files each time are most of a cold start; Lambda only mounts them."""
    modules = OUTPUT / target / _POINTED_AT.get(layer, f"packages/{layer}") / "python"
    site_packages = folder / "python" / "lib" / _PYTHON_FOLDER / "site-packages"
    site_packages.mkdir(parents=True)
    # the key makes it another layer when the modules change, so that no process keeps the old ones
    key = fingerprint((*_PACKAGES, *([_CORE] if layer == "core" else []), _SELF))
    pointer = f"# {key}\nimport sys; sys.path.insert(0, {str(modules)!r})\n"
    (site_packages / f"{layer}.pth").write_text(pointer)


def _install(destination: Path, target: str, interpreter: str = sys.executable) -> None:
    command = [uv(), "pip", "install", "--quiet", "--link-mode", "copy", "--target", str(destination)]
    command += ["-r", str(_DEPENDENCIES), "-c", str(_CONSTRAINTS), "--only-binary", ":all:"]
    if target == "aws":
        # Amazon Linux 2023, on which Lambda's Python runs, has glibc 2.34.
        command += ["--python-platform", "aarch64-manylinux_2_28", "--python-version", LAMBDA_PYTHON]
    else:
        command += ["--python", interpreter]
    done = subprocess.run(
        command, env={**os.environ, "UV_SYSTEM_CERTS": "1"}, stderr=subprocess.PIPE, text=True
    )
    if done.returncode != 0:
        raise BuildError(f"the packages of the layers could not be installed:\n{done.stderr.strip()}")


def uv() -> str:
    beside = Path(sys.executable).parent / "uv"
    return str(beside) if beside.exists() else "uv"


def _layers(fill: Callable[[str, Path, str], None]) -> tuple[_Bundle, ...]:
    return tuple(_Bundle(layer, _PACKAGES, partial(fill, layer)) for layer in LAYERS)


_FROM_CORE = (_CORE, *_PACKAGES)
_OF_FUNCTIONS = _Bundle("functions", (_FUNCTIONS,), _fill_functions)
_BUNDLES = {
    "aws": (
        _Bundle("packages", _PACKAGES, _fill_packages, compiled=False),
        *_layers(_fill_layer),
        _Bundle("host", _PACKAGES, _fill_host, compiled=False),
        _Bundle("core", _FROM_CORE, _fill_core),
        _OF_FUNCTIONS,
    ),
    "local": (
        _Bundle("packages", _PACKAGES, _fill_packages),
        *_layers(_fill_pointer),
        _Bundle("modules", _FROM_CORE, _fill_core),
        _Bundle("core", _FROM_CORE, partial(_fill_pointer, "core")),
        _OF_FUNCTIONS,
    ),
}
