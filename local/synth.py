"""The cloud assembly of the local stage, made anew only when something it is made from has changed.

Synthesis takes ten seconds and more, nearly all of it loading CDK; the deploy that follows takes a few.
"""

import fcntl
import shutil
import sys
from pathlib import Path

from layers.bundling import BuildError
from layers.bundling.bundles import build
from layers.bundling.inputs import fingerprint
from local.aws import tool_environment
from local.console import LocalError, Step
from local.processes import run
from local.settings import CACHE, ROOT

CDK = ROOT / "local" / "cdk" / "node_modules" / ".bin" / "cdk"
_ASSEMBLIES = CACHE / "assemblies"
_ZIPS = CACHE / "zips"
_INPUTS = (
    "app.py",
    "cdk.json",
    "infra",
    "functions",
    "layers",
    "requirements.txt",
    "constraints.txt",
    "local/cdk/package.json",
)
_LIMIT = 300.0
_KEPT = 4
_TRIES = 3


def assembly_key() -> str:
    """The same key, the same deployed stack."""
    return fingerprint([ROOT / name for name in _INPUTS], sys.version)[:16]


def synthesize() -> Path:
    """The folder of the present sources' assembly; its name is their key."""
    _ASSEMBLIES.mkdir(parents=True, exist_ok=True)
    with (_ASSEMBLIES / ".lock").open("w") as lock:  # tests, a demo and `make dev` may want it at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        assembly = _present_assembly()
        assembly.touch()
        _prune()
    return assembly


def _present_assembly() -> Path:
    for _ in range(_TRIES):
        with Step("Building the layers"):
            build_layers(
                "local"
            )  # also for an assembly at hand: its functions load their packages from there
        assembly = _ASSEMBLIES / assembly_key()
        if assembly.is_dir():
            return assembly
        draft = _synthesize()
        if assembly.name == assembly_key():  # nobody edited the sources meanwhile
            return draft.rename(assembly)
    raise LocalError("the sources keep changing while the CDK app is synthesized; try again")


def build_layers(target: str) -> list[str]:
    try:
        return list(build(target))
    except BuildError as error:
        raise LocalError(str(error)) from error


def _synthesize() -> Path:
    with Step("Synthesizing the CDK app (10-30 s, only after a change)"):
        draft = _ASSEMBLIES / ".draft"
        shutil.rmtree(draft, ignore_errors=True)
        command = [str(CDK), "synth", "--quiet", "--no-notices", "-c", "stage=local", "--output", str(draft)]
        run(command, tool_environment(), ROOT, _LIMIT, CACHE / "synth.log")
    # the command line keeps zipped assets here, named after their content: zipping the packages takes seconds
    _ZIPS.mkdir(exist_ok=True)
    (draft / ".cache").symlink_to(_ZIPS)
    return draft


def _prune() -> None:
    assemblies = [entry for entry in _ASSEMBLIES.iterdir() if entry.is_dir() and entry.name != ".draft"]
    for old in sorted(assemblies, key=lambda entry: entry.stat().st_mtime, reverse=True)[_KEPT:]:
        shutil.rmtree(old)
