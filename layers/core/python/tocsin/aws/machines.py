"""The two state machines, as ports: start a page of runs, start a bucket's wait."""

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from tocsin.contract.tasks import RunWork, Wake

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class RunStarter:
    """RUN is an Express machine: at least once, so an execution needs no name."""

    def __init__(self, client: "SFNClient", machine_arn: str) -> None:
        self._client = client
        self._machine_arn = machine_arn

    def start(self, task: RunWork) -> None:
        self._client.start_execution(stateMachineArn=self._machine_arn, input=task.model_dump_json())


class WheelStarter:
    """WHEEL is a Standard machine with one execution per bucket and shard, named after them.

    A continuation has its cursor in the name as well.
    """

    def __init__(self, client: "SFNClient", machine_arn: str) -> None:
        self._client = client
        self._machine_arn = machine_arn

    def start(self, wake: Wake) -> None:
        """Starting what runs already is success: the name is the proof that somebody did."""
        parts = [wake.env[:40], wake.bucket, wake.shard]
        if wake.cursor is not None:
            parts.append(sha256(wake.cursor.encode()).hexdigest()[:8])
        name = re.sub(r"[^0-9A-Za-z_-]", "-", "-".join(parts))
        try:
            self._client.start_execution(
                stateMachineArn=self._machine_arn, name=name, input=wake.model_dump_json()
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise
