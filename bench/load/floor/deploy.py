"""Puts the floor onto the emulator: a table with a stream as ours, functions, a machine, queues and a gateway."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import boto3

from bench.load.floor.plan import Part
from local.processes import wait_until
from tests.builders.table import create_table

LARGE, BULK = "LARGE", "BULK"
SOURCE = Path(__file__).with_name("functions.py")
ACCOUNT = "000000000000"
ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
ANYBODY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
        }
    ],
}


# What its functions mark, as ours hear of messages, users and runs and of nothing else.
HEARD = {"eventName": ["INSERT", "MODIFY"], "dynamodb": {"NewImage": {"heard": {"S": ["yes"]}}}}
HEARD_AT_ONCE = 100


class FloorStack:
    """Deployed once; all that is there of it has its name. `like` are rows that its own are to be like, by what they
    are of."""

    def __init__(
        self,
        session: boto3.session.Session,
        endpoint: str,
        name: str,
        like: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._session, self._endpoint, self._name, self._like = session, endpoint, name, like
        self._lambdas: Any = self._client("lambda")

    def deploy(self, plan: Mapping[str, Part]) -> str:
        """The gateway's address."""
        role, stream = self._role(), self._table()
        parts = {name: asdict(part) for name, part in plan.items()}
        queues = {name: self._queue(name) for name in (LARGE, BULK)}
        environment = {
            "TABLE": self._name,
            "PLAN": json.dumps(parts),
            "LIKE": json.dumps(self._like),
            **{f"{name}_QUEUE": url for name, url in queues.items()},
        }
        environment["MACHINE"] = self._machine(self._function("run", role, environment), role)
        self._function("spread", role, environment)
        self._function("work", role, environment)
        self._function("hear", role, environment)
        self._maps(f"arn:aws:sqs:us-east-1:{ACCOUNT}:{self._name}-{LARGE}", "spread", BatchSize=1)
        self._maps(f"arn:aws:sqs:us-east-1:{ACCOUNT}:{self._name}-{BULK}", "work", BatchSize=1)
        self._maps(
            stream,
            "hear",
            BatchSize=HEARD_AT_ONCE,
            StartingPosition="TRIM_HORIZON",
            FilterCriteria={"Filters": [{"Pattern": json.dumps(HEARD)}]},
        )
        return self._gateway(self._function("accept", role, environment))

    def _table(self) -> str:
        """Its stream."""
        dynamodb = self._client("dynamodb")
        create_table(dynamodb, self._name)
        images = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        changed = dynamodb.update_table(TableName=self._name, StreamSpecification=images)
        return str(changed["TableDescription"]["LatestStreamArn"])

    def _queue(self, name: str) -> str:
        return str(self._client("sqs").create_queue(QueueName=f"{self._name}-{name}")["QueueUrl"])

    def _maps(self, source: str, function: str, **how: Any) -> None:
        self._lambdas.create_event_source_mapping(
            EventSourceArn=source, FunctionName=f"{self._name}-{function}", **how
        )

    def _client(self, service: str) -> Any:
        return self._session.client(service, endpoint_url=self._endpoint)  # type: ignore[call-overload]

    def _role(self) -> str:
        iam = self._client("iam")
        role: str = iam.create_role(RoleName=self._name, AssumeRolePolicyDocument=json.dumps(ANYBODY))[
            "Role"
        ]["Arn"]
        iam.put_role_policy(RoleName=self._name, PolicyName="anything", PolicyDocument=json.dumps(ANYTHING))
        return role

    def _function(self, name: str, role: str, environment: Mapping[str, str]) -> str:
        made = self._lambdas.create_function(
            FunctionName=f"{self._name}-{name}",
            Runtime="python3.13",
            Handler=f"functions.{name}",
            Role=role,
            Code={"ZipFile": _zipped(SOURCE)},
            Environment={"Variables": dict(environment)},
            Timeout=30,
            MemorySize=1024,
        )
        return str(made["FunctionArn"])

    def _machine(self, function: str, role: str) -> str:
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": function, "Payload": "{% $states.input %}"},
            "Output": "{% $states.result.Payload %}",
            "End": True,
        }
        definition = {"QueryLanguage": "JSONata", "StartAt": "Run", "States": {"Run": task}}
        made = self._client("stepfunctions").create_state_machine(
            name=self._name, type="EXPRESS", definition=json.dumps(definition), roleArn=role
        )
        return str(made["stateMachineArn"])

    def _gateway(self, function: str) -> str:
        gateway = self._client("apigatewayv2")
        api = gateway.create_api(Name=self._name, ProtocolType="HTTP")["ApiId"]
        integration = gateway.create_integration(
            ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion="2.0"
        )["IntegrationId"]
        gateway.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{integration}")
        gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
        wait_until(lambda: bool(gateway.get_stages(ApiId=api)["Items"]), 5)
        return f"{self._endpoint}/_aws/execute-api/{api}"


def _zipped(source: Path) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("functions.py", source.read_text())
    return into.getvalue()
