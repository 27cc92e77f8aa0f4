"""Where one local stack lives: its ports and its folder. Several can run side by side."""

import os
from dataclasses import dataclass
from pathlib import Path

from local.console import LocalError

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".local"
CACHE = WORK / "cache"
HOST = "127.0.0.1"
REGION = "us-east-1"
PORT_VARIABLE, EMULATOR_PORT_VARIABLE = "TOCSIN_PORT", "TOCSIN_EMULATOR_PORT"


@dataclass(frozen=True, kw_only=True)
class Settings:
    folder: Path
    port: int
    emulator_port: int

    @property
    def api_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def emulator_url(self) -> str:
        return f"http://{HOST}:{self.emulator_port}"

    @property
    def stack_file(self) -> Path:
        return self.folder / "stack.json"

    @property
    def signing_key_file(self) -> Path:
        return self.folder / "signing_key.pem"

    @property
    def state(self) -> Path:
        """What belongs to one run and is wiped before the next."""
        return self.folder / "run"


def seen_from_root(path: Path) -> str:
    """Relative to the project's folder, where commands are typed."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def from_environment(folder: Path = WORK) -> Settings:
    port, emulator_port = _port(PORT_VARIABLE, 8700), _port(EMULATOR_PORT_VARIABLE, 4566)
    if port == emulator_port:
        raise LocalError(
            f"the API and the emulator cannot share port {port}; set {PORT_VARIABLE} or {EMULATOR_PORT_VARIABLE}"
            " to another one"
        )
    return Settings(folder=folder, port=port, emulator_port=emulator_port)


def _port(variable: str, default: int) -> int:
    text = os.environ.get(variable, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise LocalError(f"{variable}={text!r} is not a port; use a number from 1 to 65535")
    return int(text)
