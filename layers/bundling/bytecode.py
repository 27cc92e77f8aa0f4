"""Bytecode that a Lambda zip keeps: checked by nobody, because CDK sets every file's time to 1980."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from layers.bundling import BuildError
from layers.bundling.inputs import ROOT

FETCHED = ROOT / "build" / "python"
FETCH_SECONDS = 180


def compile_folder(folder: Path, interpreter: str) -> None:
    # tracebacks then name the place on Lambda, never the machine that built
    destination = "/opt" if (folder / "python").is_dir() else "/var/task"
    command = [
        interpreter,
        "-I",
        "-m",
        "compileall",
        "-q",
        "-j",
        "2",
        "--invalidation-mode",
        "unchecked-hash",
    ]
    # a clean environment: the same sources must give the same bytes everywhere
    environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [*command, "-d", destination, str(folder)], env=environment, stdout=subprocess.PIPE, text=True
    )
    if done.returncode != 0:
        raise BuildError(f"some source does not compile:\n{done.stdout.strip()}")


def lambda_python(version: str) -> str | None:
    """A Python of the Lambda runtime's version, whose bytecode the runtime will accept: one of this machine, or one
    that uv can fetch. Without bytecode a cold start compiles all it imports, which takes three times as long."""
    if sys.version.startswith(f"{version}."):
        return sys.executable
    uv = shutil.which(
        "uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    )
    return (uv and _found(uv, version)) or _of_pyenv(version) or (uv and _fetched(uv, version)) or None


def _found(uv: str, version: str, **environment: str) -> str | None:
    search = [uv, "python", "find", "--no-project", "--no-python-downloads", version]
    found = subprocess.run(search, capture_output=True, text=True, env={**os.environ, **environment})
    return found.stdout.strip() or None


def _of_pyenv(version: str) -> str | None:
    """pyenv keeps versions that are not in use out of everybody's sight."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = sorted(root.glob(f"versions/{version}.*/bin/python{version}"))
    return str(found[-1]) if found else None


def _fetched(uv: str, version: str) -> str | None:
    """Into a folder of ours, once; None without a network."""
    place = {
        "UV_PYTHON_INSTALL_DIR": str(FETCHED),
        "UV_PYTHON_PREFERENCE": "managed",
        "UV_SYSTEM_CERTS": "1",
        "UV_HTTP_RETRIES": "0",
    }
    fetch = [uv, "python", "install", "--quiet", "--no-bin", version]
    try:
        subprocess.run(fetch, capture_output=True, env={**os.environ, **place}, timeout=FETCH_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    return _found(uv, version, **place)
