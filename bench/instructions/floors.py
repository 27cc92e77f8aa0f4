"""What a start is compared with: an AWS client, Powertools' router and pydantic with one model, and nothing of ours.

Three times: the least of our own bundle, which every function has; the same with boto3 above it; and boto3, Powertools
and pydantic as `pip install` leaves them, where a project begins.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.instructions.bundle import python_path
from bench.instructions.parts import CLIENT, POWERTOOLS, PYDANTIC, Step
from layers.bundling.bundles import OUTPUT, uv
from layers.bundling.inputs import ROOT, fingerprint

_BOTOCORE = "import botocore.session; botocore.session.get_session().create_client('dynamodb')"
_MODEL = "import pydantic; pydantic.create_model('Model', name=(str, ...))"
_POWERTOOLS = (
    "import aws_lambda_powertools; from aws_lambda_powertools.event_handler import APIGatewayHttpResolver"
)
_BOTO3 = "import boto3; boto3.client('dynamodb')"
_PACKAGES = ("boto3", "aws-lambda-powertools", "pydantic")
_PINS = ROOT / "constraints.txt"
_INSTALLED = OUTPUT / "installed"


class Floor(NamedTuple):
    name: str
    client: str
    path: Callable[[], str]

    @property
    def steps(self) -> Sequence[Step]:
        return Step(CLIENT, self.client), Step(PYDANTIC, _MODEL), Step(POWERTOOLS, _POWERTOOLS)


def _as_pip_leaves_it() -> str:
    return str(_INSTALLED / sys.implementation.cache_tag)


def _above_ours() -> str:
    return os.pathsep.join((python_path(), _as_pip_leaves_it()))


OURS = Floor("botocore, of our bundle", _BOTOCORE, python_path)
ABOVE_OURS = Floor("boto3, above our bundle", _BOTO3, _above_ours)
INSTALLED = Floor("boto3, as pip installs it", _BOTO3, _as_pip_leaves_it)
FLOORS = (OURS, ABOVE_OURS, INSTALLED)


def install() -> None:
    """The packages of the floors that are none of ours, at our versions, with bytecode. Once for a set of versions."""
    folder = Path(_as_pip_leaves_it())
    stamp, wanted = folder / ".stamp", fingerprint([_PINS])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    command = [uv(), "pip", "install", "--quiet", "--compile-bytecode", "--link-mode", "copy"]
    command += ["--python", sys.executable, "--target", str(folder), "-c", str(_PINS), *_PACKAGES]
    subprocess.run(command, env={**os.environ, "UV_SYSTEM_CERTS": "1"}, check=True)
    stamp.write_text(wanted)
