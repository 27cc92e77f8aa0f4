"""Clients and environments that speak to the emulator, whatever AWS profile the person has."""

import os
from collections.abc import Mapping

import boto3

from local.settings import CACHE, REGION, ROOT, Settings


def session() -> boto3.session.Session:
    return boto3.session.Session("test", "test", region_name=REGION)


def with_node(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with the project's Python and Node first, as the CDK command line and jsii need them."""
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return {**environment, "PATH": path, "CDK_DISABLE_VERSION_CHECK": "1", "CDK_DISABLE_CLI_TELEMETRY": "1"}


def tool_environment(settings: Settings | None = None) -> dict[str, str]:
    """For CDK against the emulator: nothing of the person's own AWS set-up can leak in."""
    home, temporary = CACHE / "home", CACHE / "tmp"
    for folder in (home, temporary):
        folder.mkdir(parents=True, exist_ok=True)
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TMPDIR": str(temporary),  # what an interrupted synthesis leaves goes with `make clean`
        "LANG": "C.UTF-8",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    if settings is not None:
        environment["AWS_ENDPOINT_URL"] = environment["AWS_ENDPOINT_URL_S3"] = settings.emulator_url
    return with_node(environment)
