"""An engineer at a terminal with the official command line, in a folder of definitions."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from local.seed import StackInfo
from local.settings import ROOT

CLIENTS = ROOT / "tests" / "clients"
NODE = ROOT / ".venv" / "bin" / "node"
PROGRAM = CLIENTS / "node_modules" / "@knocklabs" / "cli" / "bin" / "run.js"
LIMIT = 60.0


class Cli:
    """Speaks to one stack, with its service token, and can reach nothing beyond this machine."""

    def __init__(self, stack: StackInfo, folder: Path) -> None:
        self._origin = stack.api_url
        self.folder = folder / "definitions"
        self.folder.mkdir()
        self.write("knock.json", {"knockDir": "."})
        home = folder / "home"
        home.mkdir()
        # its settings, its log of errors and its copies of what it overwrites
        places = dict.fromkeys(
            ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "TMPDIR"), str(home)
        )
        self._variables = {
            "PATH": os.environ["PATH"],
            "KNOCK_SERVICE_TOKEN": stack.service_token,
            "NODE_OPTIONS": f"--require={CLIENTS / 'loopback.cjs'}",
            "OCLIF_COLUMNS": "1000",
            **places,
        }

    def says(self, *arguments: str) -> str:
        """What a command that succeeds prints."""
        done = self._run(arguments)
        assert done.returncode == 0, f"knock {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def shows(self, *arguments: str) -> Any:
        return json.loads(self.says(*arguments, "--json"))

    def refuses(self, *arguments: str) -> str:
        """What a command that fails prints, on one line."""
        done = self._run(arguments)
        assert done.returncode == 2, (
            f"knock {' '.join(arguments)}: {done.returncode}, {done.stdout}{done.stderr}"
        )
        return " ".join(done.stderr.replace("›", " ").split())

    def _run(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(NODE), str(PROGRAM), *arguments, "--api-origin", self._origin],
            cwd=self.folder,
            env=self._variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )

    def write(self, path: str, content: object) -> None:
        """Text as it is, anything else as JSON."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content, indent=2))

    def read(self, path: str) -> str:
        return (self.folder / path).read_text()

    def files(self, folder: str) -> dict[str, bytes]:
        """All files below a folder, by their path in it."""
        root = self.folder / folder
        return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}
