"""A local stack for measuring alone: own folder, own ports, stopped however the measuring ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from bench import job
from local import ports
from local.aws import session
from local.console import Step
from local.seed import StackInfo
from local.settings import WORK, Settings
from local.stack import LocalStack
from tocsin.store.table import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "tocsin-local"
SHARDS = 16  # as on AWS; the local stack by itself has fewer


@dataclass(frozen=True)
class BenchStack:
    """`gateway` is the API's own address at the emulator, past the local origin; `emulator` its process."""

    info: StackInfo
    gateway: str
    emulator: int
    dynamodb: "DynamoDBClient"

    @property
    def table(self) -> Table:
        return Table(self.dynamodb, TABLE)


@contextmanager
def running() -> Iterator[BenchStack]:
    settings = Settings(
        folder=WORK / "bench", port=ports.any_free_port(), emulator_port=ports.any_free_port()
    )
    stack = LocalStack(settings)
    try:
        info = stack.up()
        _as_on_aws(info)
        _without_sweeps(info)
        yield BenchStack(
            info=info,
            gateway=_gateway(info),
            emulator=int((settings.folder / "emulator.pid").read_text()),
            dynamodb=session().client("dynamodb", endpoint_url=info.aws_endpoint_url),
        )
    finally:
        with Step("Stopping the stack"):
            stack.down()


def _as_on_aws(info: StackInfo) -> None:
    """The local stack has few shards, and tells every event on a bus, to show that it can; on AWS that is off until it
    is asked for."""
    lambdas = session().client("lambda", endpoint_url=info.aws_endpoint_url)
    wanted = {"SHARDS": str(SHARDS), "EVENT_BUS": ""}
    for page in lambdas.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            variables = function.get("Environment", {}).get("Variables", {})
            changed = {name: value for name, value in wanted.items() if name in variables}
            if changed:
                lambdas.update_function_configuration(
                    FunctionName=function["FunctionName"], Environment={"Variables": {**variables, **changed}}
                )


def _without_sweeps(info: StackInfo) -> None:
    """Each minute one would begin a process, in whosever turn that is. Nothing here waits for what it would find."""
    events = session().client("events", endpoint_url=info.aws_endpoint_url)
    for rule in events.list_rules()["Rules"]:
        if "ScheduleExpression" in rule:
            events.disable_rule(Name=rule["Name"])


def _gateway(info: StackInfo) -> str:
    """The gateway that was deployed before anything else was."""
    [api] = session().client("apigatewayv2", endpoint_url=info.aws_endpoint_url).get_apis()["Items"]
    return f"{info.aws_endpoint_url}/_aws/execute-api/{api['ApiId']}"


def save_workflow(info: StackInfo) -> None:
    """The job's, saved and committed; active from then on."""
    answer = httpx.put(
        f"{info.api_url}/v1/workflows/{job.WORKFLOW}",
        params={"environment": info.environment, "commit": "true"},
        headers={"authorization": f"Bearer {info.service_token}"},
        json={"workflow": {"name": "New comment", "steps": job.steps()}},
        timeout=30,
    )
    answer.raise_for_status()
