"""`make synth|deploy STAGE=…` and `make bootstrap`: the real CDK command line on a real AWS account."""

import os
import re
import subprocess
import sys

from local.aws import with_node
from local.console import LocalError, Step, say
from local.settings import ROOT
from local.synth import CDK, build_layers

_OPTIONS = {"synth": ["--quiet"], "deploy": ["--all"], "bootstrap": []}
_USAGE = "say which stage: make {} STAGE=dev (data goes with the stack) or STAGE=prod (data is kept)"


def main() -> int:
    try:
        action, stage = sys.argv[1], _stage(sys.argv)
        with Step("Building the layers for Lambda (arm64)"):
            notes = build_layers("aws")
    except LocalError as error:
        say(f"error: {error}")
        return 1
    for note in notes:
        say(f"  {note}")
    # to the terminal directly: a deploy shows its progress and asks before it widens permissions
    command = [str(CDK), action, *_OPTIONS[action], "-c", f"stage={stage}"]
    return subprocess.run(command, cwd=ROOT, env=with_node(os.environ)).returncode


def _stage(arguments: list[str]) -> str:
    action = arguments[1]
    if action == "bootstrap":
        return "dev"  # any stage will do: all of them go to the account and region of the credentials
    if len(arguments) != 3:
        raise LocalError(_USAGE.format(action))
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,19}", arguments[2]):
        raise LocalError(
            f"stage {arguments[2]!r}: use up to 20 lower-case letters, digits and hyphens, a letter first"
        )
    if arguments[2] == "local":
        raise LocalError("the local stage runs on the emulator only: `make up`")
    return arguments[2]


if __name__ == "__main__":
    sys.exit(main())
