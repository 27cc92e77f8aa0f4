"""The app's two stacks: data that must be kept, and a service that may be destroyed and deployed again."""

import os

from aws_cdk import (
    App,
    CfnOutput,
    CfnParameter,
    CliCredentialsStackSynthesizer,
    Environment,
    IStackSynthesizer,
    Stack,
    Tags,
)
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.api import Api
from infra.data import DataStack
from infra.edge import Edge
from infra.functions import FUNCTIONS
from infra.machines import RunMachine, WheelMachine
from infra.observability import Observability
from infra.queues import Queues
from infra.resources import Resources, machine_arn
from infra.settings import LAYERS, Settings

EMULATED = Environment(account="000000000000", region="us-east-1")


def build(app: App, settings: Settings) -> None:
    env = EMULATED if settings.local else _aws_environment()
    data = DataStack(app, settings, env=env, synthesizer=_synthesizer(settings))
    ApiStack(app, settings, data, env=env, synthesizer=_synthesizer(settings))
    Tags.of(app).add("application", "tocsin")


def _aws_environment() -> Environment:
    """The account of the caller's credentials; without any, a template that fits every account."""
    return Environment(
        account=os.environ.get("CDK_DEFAULT_ACCOUNT"), region=os.environ.get("CDK_DEFAULT_REGION")
    )


def _synthesizer(settings: Settings) -> IStackSynthesizer | None:
    """The emulator has no roles of the CDK bootstrap to assume."""
    return CliCredentialsStackSynthesizer() if settings.local else None


class ApiStack(Stack):
    def __init__(
        self,
        scope: Construct,
        settings: Settings,
        data: DataStack,
        *,
        env: Environment,
        synthesizer: IStackSynthesizer | None,
    ) -> None:
        super().__init__(
            scope,
            settings.name("api"),
            env=env,
            synthesizer=synthesizer,
            description="Tocsin: API, workers and queues",
        )
        queues = Queues(self, settings)
        api = Api(self, settings)
        url = self._public_url(settings, api)
        resources = self._resources(settings, data, queues, url)
        made = [make(self, resources) for make in FUNCTIONS]
        functions = {function.service_name: function for function in made}
        machines = {
            "run": RunMachine(self, resources, functions["run_steps"]),
            "wheel": WheelMachine(self, resources, functions["wheel"]),
        }
        api.serve(functions)
        if not settings.local:
            watch = Observability(
                self, settings, queues=queues, functions=functions, machines=machines, http_api=api.http_api
            )
            CfnOutput(self, "AlarmTopic", value=watch.topic.topic_arn)
        self._outputs(api, url, resources)

    def _public_url(self, settings: Settings, api: Api) -> str:
        """Where people reach the stack. A laptop's origin has a port that only who deploys knows."""
        if settings.local:
            return CfnParameter(self, "PublicUrl", default="http://127.0.0.1:8700").value_as_string
        edge = Edge(self, settings, api.http_api)
        return settings.public_url or edge.url

    def _resources(self, settings: Settings, data: DataStack, queues: Queues, public_url: str) -> Resources:
        return Resources(
            settings=settings,
            table=data.table,
            bucket=data.bucket,
            queues=queues,
            public_url=public_url,
            run_machine_arn=machine_arn(self, settings.name("run")),
            wheel_machine_arn=machine_arn(self, settings.name("wheel")),
            code=lambda_.Code.from_asset(str(settings.assets / "functions")),
            layers={name: self._layer(settings, name) for name in LAYERS},
        )

    def _layer(self, settings: Settings, name: str) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            f"{name}_layer",
            layer_version_name=settings.name(name),
            code=lambda_.Code.from_asset(str(settings.assets / name)),
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
            compatible_architectures=[lambda_.Architecture.ARM_64],
        )

    def _outputs(self, api: Api, url: str, resources: Resources) -> None:
        values = {
            "ApiId": api.http_api.api_id,
            "ApiUrl": url,
            "TableName": resources.table.table_name,
            "PayloadBucket": resources.bucket.bucket_name,
        }
        for source, queue in resources.queues.dead_letters().items():
            values[source.title().replace("_", "") + "DeadLettersUrl"] = queue.queue_url
        for name, value in values.items():
            CfnOutput(self, name, value=value)
