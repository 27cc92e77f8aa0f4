"""One local stack: emulator, deployed app, seed and origin, brought up and taken down as a whole."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local import ports
from local.console import LocalError, Step, say
from local.deploy import deploy
from local.emulator import Emulator
from local.interrupts import uninterrupted
from local.processes import Background, wait_until
from local.seed import StackInfo, seed
from local.settings import ROOT, Settings
from local.synth import assembly_key, synthesize

_ORIGIN_LIMIT = 15.0


class LocalStack:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._emulator = Emulator(settings)
        self._origin = Background("origin", settings.folder)
        self._deployed = settings.folder / "deployed.key"

    def up(self) -> StackInfo:
        """From nothing, from half a stack or from an older version of the app to a stack that runs the present one."""
        with self._alone():
            if self.running():
                return self._bring_up_to_date()
            self._clear_remains()
            ports.require_free(self.settings)
            try:
                return self._start()
            except BaseException:
                self._stop()
                raise

    def down(self) -> bool:
        """Says whether there was anything to stop."""
        with self._alone():
            anything = self._emulator.running() or self._origin.running()
            self._stop()
            return anything

    def running(self) -> bool:
        """Whole and ready, not merely begun."""
        return self._emulator.running() and self._origin.running() and self.settings.stack_file.exists()

    def deployed_key(self) -> str:
        return self._deployed.read_text() if self._deployed.exists() else ""

    @property
    def request_log(self) -> Path:
        return self._origin.log

    def _start(self) -> StackInfo:
        self._emulator.start()  # comes up while the app is synthesized
        assembly = synthesize()
        with Step("Starting the emulator"):
            self._emulator.wait_until_ready()
        outputs = self._deploy(assembly)
        with Step("Seeding keys and channels"):
            info = seed(self.settings, outputs["TableName"])
        self._start_origin(outputs["ApiId"])
        info.write(self.settings)
        return info

    def _bring_up_to_date(self) -> StackInfo:
        info = StackInfo.read(self.settings)
        if self.deployed_key() != assembly_key():
            assembly = synthesize()
            self.settings = info.settings(self.settings.folder)
            self._deploy(assembly)
        return info

    def _deploy(self, assembly: Path) -> dict[str, str]:
        with Step("Deploying the CDK app onto the emulator"):
            outputs = deploy(self.settings, assembly)
        self._deployed.write_text(assembly.name)
        return outputs

    def _start_origin(self, api_id: str) -> None:
        upstream = f"{self.settings.emulator_url}/_aws/execute-api/{api_id}"
        command = [
            sys.executable,
            "-m",
            "local.origin",
            "--upstream",
            upstream,
            "--port",
            str(self.settings.port),
        ]
        with Step(f"Serving the API on {self.settings.api_url}"):
            self._origin.log.unlink(missing_ok=True)
            self._origin.start(command, {"PATH": os.environ.get("PATH", os.defpath)}, cwd=ROOT)
            wait_until(lambda: ports.answers(self.settings.port) or not self._origin.running(), _ORIGIN_LIMIT)
            if not self._origin.running():
                raise LocalError(f"the origin did not start:\n{self._origin.last_words()}")

    def _clear_remains(self) -> None:
        if self._emulator.running() or self._origin.running():
            say("  Clearing away a half-started stack")
            self._stop()

    def _stop(self) -> None:
        with uninterrupted():
            self._origin.stop()
            self._emulator.stop()
            for remains in (self.settings.stack_file, self.settings.signing_key_file, self._deployed):
                remains.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two commands at once would take each other's half-started stack for a wreck."""
        self.settings.folder.mkdir(parents=True, exist_ok=True)
        with (self.settings.folder / "command.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                folder = self.settings.folder.relative_to(ROOT)
                raise LocalError(
                    f"another command is starting or stopping the stack in {folder}; wait for it"
                ) from None
            yield
