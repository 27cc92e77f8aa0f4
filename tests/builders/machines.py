"""The two state machines in the in-memory account: they take executions and keep their inputs."""

import json

import boto3

MACHINE = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}


def create_machines(*arns: str) -> None:
    for arn in arns:
        boto3.client("stepfunctions").create_state_machine(
            name=arn.rpartition(":")[2],
            definition=json.dumps(MACHINE),
            roleArn="arn:aws:iam::123456789012:role/machines",
        )
