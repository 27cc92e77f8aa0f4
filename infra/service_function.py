"""One Lambda function of the service: every default and every kind of grant, once."""

from aws_cdk import ArnFormat, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_logs as logs
from constructs import Construct
from pydantic import BaseModel

from infra.data import PAYLOADS, UPLOADS, link_keys_secret
from infra.queues import WorkQueue
from infra.resources import Resources
from tocsin.store.keys import ANY_RATE, ANY_RECIPIENT, secret_variables

READ_ITEMS = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"]
READ_STREAM = [
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
]
WRITE_ITEMS = [
    "dynamodb:PutItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
]
SEND = ["sqs:SendMessage"]
SES_SENDERS = ("identity", "configuration-set")
API_TIMEOUT = Duration.seconds(29)  # the gateway gives up at 30


class ServiceFunction(lambda_.Function):
    """`functions/<name>` with the environment that its `env.py` names."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        env: type[BaseModel],
        resources: Resources,
        *,
        timeout: Duration,
        memory_mb: int,
        awaited: bool = False,
    ) -> None:
        settings = resources.settings
        function_name = settings.name(name)
        log_group = logs.LogGroup(
            scope,
            f"{name}_logs",
            log_group_name=f"/aws/lambda/{function_name}",
            retention=logs.RetentionDays[settings.log_retention],
            # Kept, a group of a fixed name would stand in the way of the next deployment.
            removal_policy=RemovalPolicy.DESTROY,
        )
        role = iam.Role(scope, f"{name}_role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        super().__init__(
            scope,
            name,
            function_name=function_name,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"functions.{name}.handler.lambda_handler",
            code=resources.code,
            layers=resources.layers_of(name),
            environment=resources.environment(env) | common_environment(name),
            timeout=timeout,
            memory_size=memory_mb,
            tracing=lambda_.Tracing.DISABLED,
            log_group=log_group,
            # our one line for each invocation; Lambda's own three, START, END and REPORT, cost more than it
            logging_format=lambda_.LoggingFormat.JSON,
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
            role=role,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS
            if awaited and settings.snap_start
            else None,
        )
        self.service_name = name
        self.seconds = int(timeout.to_seconds())
        self._resources = resources
        self.called: lambda_.IFunction = self._live(scope) if awaited and settings.snap_start else self

    def _live(self, scope: Construct) -> lambda_.Alias:
        """Only a published version has a snapshot, and whoever calls must name it: `live` is always the newest."""
        return lambda_.Alias(
            scope, f"{self.service_name}_live", alias_name="live", version=self.current_version
        )

    def may_read_table(self) -> None:
        """All of it but the values of secret variables."""
        self._allow_on_partitions(READ_ITEMS, "ForAllValues:StringNotLike", secret_variables())

    def may_write_table(self) -> None:
        self.may_read_table()
        self._allow(WRITE_ITEMS, self._table_arns())

    def may_write_recipients(self) -> None:
        """What lies under recipients, their messages and preferences, and nothing else."""
        self.may_read_table()
        self._allow_on_partitions(WRITE_ITEMS, "ForAllValues:StringLike", ANY_RECIPIENT)

    def may_count(self) -> None:
        """Requests, or messages in line: in the partitions of rates and in no others."""
        self._allow_on_partitions(["dynamodb:UpdateItem"], "ForAllValues:StringLike", ANY_RATE)

    def may_read_secret_variables(self) -> None:
        self._allow_on_partitions(READ_ITEMS, "ForAllValues:StringLike", secret_variables())

    def may_read_stream(self) -> None:
        """Of what changes in the table."""
        self._allow(READ_STREAM, [f"{self._resources.table.table_arn}/stream/*"])

    def may_read_payloads(self) -> None:
        self._allow(["s3:GetObject"], [self._resources.bucket.arn_for_objects(f"{PAYLOADS}*")])

    def may_write_payloads(self) -> None:
        self._allow(
            ["s3:GetObject", "s3:PutObject"], [self._resources.bucket.arn_for_objects(f"{PAYLOADS}*")]
        )

    def may_offer_uploads(self) -> None:
        """An address that it signs is good for what the function may do itself."""
        self._allow(["s3:GetObject", "s3:PutObject"], [self._resources.bucket.arn_for_objects(f"{UPLOADS}*")])

    def may_send_to(self, *work: WorkQueue) -> None:
        # AWS knows one action for one message and for ten; the emulator, which enforces roles, takes it by the call.
        calls = SEND + (["sqs:SendMessageBatch"] if self._resources.settings.local else [])
        self._allow(calls, [target.queue.queue_arn for target in work])

    def may_send_again_to(self, work: WorkQueue) -> None:
        """The queue that feeds the function is also where it puts what comes next, or must be tried later.

        AWS stops what went round sixteen times, and counts by batch: a message takes over the count of those that
        it shared a batch with. In a provider's outage all are tried again, so the counts only grow, and messages
        with tries left would be dropped; a walk over a large environment takes thousands of steps. Ours end by
        themselves.
        """
        self.may_send_to(work)
        function = self.node.default_child
        assert isinstance(function, lambda_.CfnFunction)
        function.recursive_loop = "Allow"

    def may_put_events(self) -> None:
        """On the bus that the stage tells its events on, if it has one."""
        if bus := self._resources.settings.event_bus:
            self._allow(
                ["events:PutEvents"],
                [self.stack.format_arn(service="events", resource="event-bus", resource_name=bus)],
            )

    def may_start(self, *machine_arns: str) -> None:
        self._allow(["states:StartExecution"], list(machine_arns))

    def may_send_email(self) -> None:
        # SES asks for the second one when the message is raw MIME, whichever of its APIs carried it.
        self._allow(["ses:SendEmail", "ses:SendRawEmail"], self._senders())

    def may_send_sms(self) -> None:
        """A phone number is no resource that a policy can name; everything else that SNS publishes to is one."""
        if self._resources.settings.local:
            self._allow(["sns:Publish"], ["*"])
            return
        topics = self.stack.format_arn(service="sns", region="*", account="*", resource="*")
        self.add_to_role_policy(iam.PolicyStatement(actions=["sns:Publish"], not_resources=[topics]))

    def may_send_push(self) -> None:
        """To devices' endpoints of the account; topics are no business of ours."""
        if not self._resources.settings.local:
            self._allow(["sns:Publish"], [self.stack.format_arn(service="sns", resource="endpoint/*")])

    def may_ask_models(self) -> None:
        """By their own names, or by an inference profile: that hands a question to whichever region has room."""
        models = self._resources.settings.ai_models
        if not models:
            return
        foundation = [
            self.stack.format_arn(
                service="bedrock", region="*", account="", resource="foundation-model", resource_name=name
            )
            for name in models
        ]
        profiles = [
            self.stack.format_arn(service="bedrock", resource=kind, resource_name="*")
            for kind in ("inference-profile", "application-inference-profile")
        ]
        self._allow(["bedrock:InvokeModel"], [*foundation, *profiles])

    def may_read_channel_secrets(self) -> None:
        self._allow(["secretsmanager:GetSecretValue"], [self._secrets(self._resources.settings.prefix)])

    def may_read_webhook_secrets(self) -> None:
        """By which our own webhooks are signed: apart from channels', for other functions."""
        self._allow(["secretsmanager:GetSecretValue"], [self._secrets(webhook_secrets(self._resources))])

    def may_sign_links(self) -> None:
        """Secrets Manager puts a hyphen and six characters behind the name."""
        name = f"{link_keys_secret(self._resources.settings)}-??????"
        arn = self.stack.format_arn(
            service="secretsmanager",
            resource="secret",
            resource_name=name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        self._allow(["secretsmanager:GetSecretValue"], [arn])

    def may_write_secrets(self) -> None:
        """Writes them, and never reads one back."""
        calls = ("CreateSecret", "PutSecretValue", "DeleteSecret")
        prefixes = (self._resources.settings.prefix, webhook_secrets(self._resources))
        self._allow([f"secretsmanager:{call}" for call in calls], [self._secrets(one) for one in prefixes])

    def _secrets(self, prefix: str) -> str:
        return self.stack.format_arn(
            service="secretsmanager",
            resource="secret",
            resource_name=f"{prefix}/*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )

    def _senders(self) -> list[str]:
        """AWS asks about the sender's identity; the emulator about no resource in particular."""
        if self._resources.settings.local:
            return ["*"]
        return [
            self.stack.format_arn(service="ses", resource=kind, resource_name="*") for kind in SES_SENDERS
        ]

    def consumes(self, work: WorkQueue, *, batch_size: int) -> None:
        self.add_event_source(
            event_sources.SqsEventSource(
                work.queue,
                batch_size=batch_size,
                report_batch_item_failures=True,
                max_concurrency=self._resources.settings.consumer_concurrency,
            )
        )

    def _table_arns(self) -> list[str]:
        table = self._resources.table.table_arn
        return [table, f"{table}/index/*"]

    def _allow(self, actions: list[str], resources: list[str]) -> None:
        self.add_to_role_policy(iam.PolicyStatement(actions=actions, resources=resources))

    def _allow_on_partitions(self, actions: list[str], operator: str, pattern: str) -> None:
        """Where the partitions that a call names are all like a pattern, or all unlike it."""
        self.add_to_role_policy(
            iam.PolicyStatement(
                actions=actions,
                resources=self._table_arns(),
                conditions={operator: {"dynamodb:LeadingKeys": [pattern]}},
            )
        )


class ApiFunction(ServiceFunction):
    """A resource group of the API: it answers HTTP requests."""

    def __init__(self, scope: Construct, name: str, env: type[BaseModel], resources: Resources) -> None:
        memory = resources.settings.api_memory_mb
        super().__init__(scope, name, env, resources, timeout=API_TIMEOUT, memory_mb=memory, awaited=True)
        if "RATE_LIMITS" in env.model_fields:
            self.may_count()


class WorkerFunction(ServiceFunction):
    """Called by a queue or a state machine, never by a client."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        env: type[BaseModel],
        resources: Resources,
        *,
        timeout: Duration,
        awaited: bool = False,
    ) -> None:
        memory = resources.settings.worker_memory_mb
        super().__init__(scope, name, env, resources, timeout=timeout, memory_mb=memory, awaited=awaited)


def webhook_secrets(resources: Resources) -> str:
    """What their names begin with, which no stage's can: a stage has no dot in its name."""
    return f"{resources.settings.prefix}.webhooks"


def common_environment(name: str) -> dict[str, str]:
    """What every function has besides its own variables."""
    return {"POWERTOOLS_SERVICE_NAME": name}
