"""`cdk deploy` onto the emulator, and what the emulator's CloudFormation silently leaves out."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.aws import session, tool_environment
from local.processes import run
from local.settings import Settings
from local.synth import CDK

_LIMIT = 180.0
API_STACK = "tocsin-local-api"


def deploy(settings: Settings, assembly: Path) -> dict[str, str]:
    """Puts the assembly onto the running emulator; returns the outputs of the API's stack."""
    _create_asset_buckets(settings, assembly)
    outputs = settings.folder / "outputs.json"
    command = [
        str(CDK),
        "deploy",
        "--app",
        str(assembly),
        "--all",
        "--method=direct",
        "--require-approval=never",
    ]
    command += ["--parameters", f"{API_STACK}:PublicUrl={settings.api_url}"]
    command += ["--no-notices", "--progress=events", "--outputs-file", str(outputs)]
    # from an empty folder: in the project's, the command line would look for an app to run
    run(command, tool_environment(settings), settings.state, _LIMIT, settings.folder / "deploy.log")
    _complete(settings, assembly)
    values: dict[str, dict[str, str]] = json.loads(outputs.read_text())
    return values[API_STACK]


def _create_asset_buckets(settings: Settings, assembly: Path) -> None:
    """All that `cdk bootstrap` would bring here, without its three seconds."""
    s3 = session().client("s3", endpoint_url=settings.emulator_url)
    for manifest in assembly.glob("*.assets.json"):
        for asset in json.loads(manifest.read_text())["files"].values():
            for destination in asset["destinations"].values():
                s3.create_bucket(Bucket=destination["bucketName"])


def _complete(settings: Settings, assembly: Path) -> None:
    for stack, name, resource in _resources(assembly):
        properties = resource.get("Properties", {})
        match resource["Type"]:
            case "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" if (
                "TimeToLiveSpecification" in properties
            ):
                _expire(settings, _physical_id(settings, stack, name), properties["TimeToLiveSpecification"])
            case "AWS::ApiGatewayV2::Api" if "CorsConfiguration" in properties:
                _allow_origins(settings, _physical_id(settings, stack, name), properties["CorsConfiguration"])


def _resources(assembly: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for template in assembly.glob("*.template.json"):
        stack = template.name.removesuffix(".template.json")
        for name, resource in json.loads(template.read_text())["Resources"].items():
            yield stack, name, resource


def _physical_id(settings: Settings, stack: str, name: str) -> str:
    cloudformation = session().client("cloudformation", endpoint_url=settings.emulator_url)
    answer = cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=name)
    return answer["StackResourceDetail"]["PhysicalResourceId"]


def _expire(settings: Settings, table: str, specification: Any) -> None:
    dynamodb = session().client("dynamodb", endpoint_url=settings.emulator_url)
    if (
        dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"].get("TimeToLiveStatus")
        != "ENABLED"
    ):
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)


def _allow_origins(settings: Settings, api: str, configuration: Any) -> None:
    gateway = session().client("apigatewayv2", endpoint_url=settings.emulator_url)
    gateway.update_api(ApiId=api, CorsConfiguration=configuration)
