"""Bytecode that a Lambda zip keeps: checked by nobody, because CDK sets every file's time to 1980."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from layers.bundling import BuildError


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
    """A Python of the Lambda runtime's version on this machine, whose bytecode the runtime will accept."""
    if sys.version.startswith(f"{version}."):
        return sys.executable
    uv = shutil.which(
        "uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    )
    if uv is None:
        return None
    search = [uv, "python", "find", "--no-project", "--no-python-downloads", version]
    found = subprocess.run(search, capture_output=True, text=True)
    return found.stdout.strip() or None
