"""Counts the instructions of a Python program with valgrind.

    instructions("import json", environment(handler_variables))

A count is of the whole process, interpreter included. What a part costs is the difference of two programs: with and
without it, or with it once and ten times. Runs share nothing, so any number of them may run at once.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping

from bench.instructions.bundle import python_path

MISSING = "valgrind is not installed: it is what counts instructions (apt install valgrind)"
# No simulated caches: a count is all that is asked for. No site-packages but those of the bundle, nor the folder
# that somebody happens to stand in.
_COMMAND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
INTERPRETER = (sys.executable, "-S", "-P", "-c")
# A function is never taken down: a program that ends by itself would spend a tenth of its instructions on that.
STOP = "import os; os._exit(0)"
_TOLD = re.compile(r"I\s+refs:\s+([\d,]+)")


class CountError(Exception):
    """A program that could not be counted, in its own last words."""


def is_available() -> bool:
    return shutil.which("valgrind") is not None


def environment(variables: Mapping[str, str], path: str | None = None) -> dict[str, str]:
    """These variables, the bundle or another path to import from, and nothing of the machine that changes a count."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": path or python_path(),
        **variables,
    }


def instructions(program: str, env: Mapping[str, str]) -> int:
    """Of one run of the program, in an environment that `environment` made. Raises CountError."""
    if not is_available():
        raise CountError(MISSING)
    done = subprocess.run([*_COMMAND, *INTERPRETER, program], env=env, capture_output=True, text=True)
    told = _TOLD.search(done.stderr)
    if done.returncode != 0 or told is None:
        raise CountError(f"the program ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return int(told.group(1).replace(",", ""))
