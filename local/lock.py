"""`make lock`: writes the pinned versions of all that the requirements bring with them, for every platform."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_LOCKS = (
    (
        "requirements-dev.txt",
        "constraints.txt",
        "# Every transitive version, for every platform. Made by `make lock`; do not edit.",
    ),
    (
        "bench/requirements.in",
        "bench/requirements.txt",
        "# What measures and draws, for every platform. Made by `make lock` from requirements.in; do not edit.",
    ),
    (
        "local/emulator-requirements.in",
        "local/emulator-requirements.txt",
        "# The whole environment of the emulator. Made by `make lock` from emulator-requirements.in; do not edit.",
    ),
)


def main() -> None:
    uv = str(Path(sys.executable).parent / "uv")
    options = [
        "--quiet",
        "--universal",
        "--python-version",
        "3.11",
        "--no-header",
        "--no-annotate",
        "--system-certs",
    ]
    for source, lock, title in _LOCKS:
        command = [uv, "pip", "compile", *options, source]
        pins = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
        (ROOT / lock).write_text(f"{title}\n{pins}")


if __name__ == "__main__":
    main()
