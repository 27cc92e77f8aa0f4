"""The AWS emulator (MiniStack), in an environment of its own and never beyond loopback.

It takes no credentials and runs any code that a caller uploads, so: loopback only, a bare environment (functions
inherit it), private folders. It starts empty each time: a deploy takes seconds, and a state that survived would hide
what a fresh machine needs, revive executions as failed and fire schedules twice.
"""

import os
import shutil
from urllib.error import URLError
from urllib.request import urlopen

from local.console import LocalError
from local.post_office import SES_PREFIX
from local.processes import Background, wait_until
from local.settings import HOST, REGION, ROOT, Settings
from local.sink import BEDROCK_PREFIX

VENV = ROOT / ".venv-emulator"
_START_LIMIT = 30.0


class Emulator:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process = Background("emulator", settings.folder)

    def start(self) -> None:
        """Returns at once; `wait_until_ready` says when it can be used."""
        shutil.rmtree(self._settings.state, ignore_errors=True)
        for name in ("tmp", "home", "state", "s3"):
            (self._settings.state / name).mkdir(parents=True)
        self._process.log.unlink(missing_ok=True)
        self._process.start([str(VENV / "bin" / "ministack")], self._environment(), cwd=self._settings.state)

    def wait_until_ready(self) -> None:
        def ready_or_gone() -> bool:
            return self._answers() or not self._process.running()

        if not wait_until(ready_or_gone, _START_LIMIT) or not self._process.running():
            words = self._process.last_words()
            raise LocalError(f"the emulator did not start; the end of {self._process.log}:\n{words}")

    def running(self) -> bool:
        return self._process.running()

    def stop(self) -> None:
        self._process.stop()
        shutil.rmtree(self._settings.state, ignore_errors=True)  # its workers leave folders behind

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self._settings.emulator_url}/_ministack/ready", timeout=2) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False

    def _environment(self) -> dict[str, str]:
        state = self._settings.state
        return {
            "PATH": os.pathsep.join([str(VENV / "bin"), "/usr/bin", "/bin"]),
            "HOME": str(state / "home"),
            "TMPDIR": str(state / "tmp"),
            "STATE_DIR": str(state / "state"),
            "S3_DATA_DIR": str(state / "s3"),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self._settings.emulator_port),
            "IOT_MTLS_ENABLED": "0",
            # roles are enforced: a function that lacks a grant fails here, not first on AWS
            "AUTH": "true",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            # functions send their emails by way of the origin, which reports what became of them
            "AWS_ENDPOINT_URL_SESV2": self._settings.api_url + SES_PREFIX,
            # the emulator's own models know no JSON; the sink's do, and it shows what they were asked
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": self._settings.api_url + BEDROCK_PREFIX,
            # as Lambda's image has it
            "PYTHONDONTWRITEBYTECODE": "1",
        }
