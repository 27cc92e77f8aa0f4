"""What wakes the person on call, and the page that they open first."""

from collections.abc import Mapping

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.queues import Queues, WorkQueue
from infra.service_function import ServiceFunction, WorkerFunction
from infra.settings import Settings

PERIOD = Duration.minutes(5)
# Deliveries are retried for half an hour; one that is older waits for a consumer, not for a provider.
DELIVERY_AGE = Duration.minutes(40)
WORK_AGE = Duration.minutes(10)
# What happens should wake who waits for it within seconds.
CHANGES_AGE = Duration.minutes(5)


class Observability(Construct):
    def __init__(
        self,
        scope: Construct,
        settings: Settings,
        *,
        queues: Queues,
        functions: Mapping[str, ServiceFunction],
        machines: Mapping[str, sfn.StateMachine],
        http_api: http.HttpApi,
    ) -> None:
        super().__init__(scope, "Observability")
        self._settings = settings
        self._alarms: list[cloudwatch.IAlarm] = []
        self.topic = self._topic(settings)
        self._watch_dead_letters(queues)
        self._watch_queue_ages(queues)
        self._watch_workers(functions)
        self._watch_stream(functions["on_change"])
        # A provider that keeps failing: what waits for it is given up after half an hour.
        self._watch_logged("circuit_opened", functions["deliver"])
        # An endpoint that took nothing for days is told nothing more.
        self._watch_logged("webhook_disabled", functions["webhooks"])
        self._watch_machines(machines)
        self._alarm("api_5xx", http_api.metric_server_error(period=PERIOD, statistic="Sum"), threshold=5)
        self._dashboard(queues, functions, machines, http_api)

    def _topic(self, settings: Settings) -> sns.Topic:
        topic = sns.Topic(self, "Alarms", topic_name=settings.name("alarms"), enforce_ssl=True)
        # A topic with a policy of its own loses the one that lets alarms of its account publish.
        account = {"StringEquals": {"aws:SourceAccount": Stack.of(self).account}}
        topic.grant_publish(iam.ServicePrincipal("cloudwatch.amazonaws.com", conditions=account))
        return topic

    def _watch_dead_letters(self, queues: Queues) -> None:
        for source, queue in queues.dead_letters().items():
            visible = queue.metric_approximate_number_of_messages_visible(period=PERIOD, statistic="Maximum")
            self._alarm(f"{source}_dead_letters", visible, threshold=1)

    def _watch_queue_ages(self, queues: Queues) -> None:
        for name, work, oldest in (
            ("delivery", queues.delivery, DELIVERY_AGE),
            ("fan_out", queues.fan_out, WORK_AGE),
            ("bulk", queues.bulk, WORK_AGE),
            ("receipts", queues.receipts, WORK_AGE),
            ("events", queues.events, WORK_AGE),
            ("webhooks", queues.webhooks, WORK_AGE),
        ):
            self._alarm(f"{name}_age", _age(work), threshold=oldest.to_seconds())

    def _watch_workers(self, functions: Mapping[str, ServiceFunction]) -> None:
        """An API function that fails shows as a 5xx; a worker is retried out of sight."""
        for name, function in functions.items():
            if isinstance(function, WorkerFunction):
                self._alarm(f"{name}_errors", function.metric_errors(period=PERIOD), threshold=3)

    def _watch_stream(self, on_change: ServiceFunction) -> None:
        age = on_change.metric("IteratorAge", period=PERIOD, statistic="Maximum")
        self._alarm("changes_age", age, threshold=CHANGES_AGE.to_milliseconds())

    def _watch_logged(self, name: str, function: ServiceFunction) -> None:
        """Once the function's log has a line with a field of that name."""
        lines = logs.MetricFilter(
            self,
            f"{name}_lines",
            log_group=function.log_group,
            filter_pattern=logs.FilterPattern.exists(f"$.{name}"),
            metric_namespace=self._settings.prefix,
            metric_name=name,
        )
        self._alarm(name, lines.metric(period=PERIOD, statistic="Sum"), threshold=1)

    def _watch_machines(self, machines: Mapping[str, sfn.StateMachine]) -> None:
        for name, machine in machines.items():
            self._alarm(f"{name}_failed", machine.metric_failed(period=PERIOD), threshold=1)
            self._alarm(f"{name}_timed_out", machine.metric_timed_out(period=PERIOD), threshold=1)

    def _alarm(self, name: str, metric: cloudwatch.Metric, *, threshold: float) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=self._settings.name(name),
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        self._alarms.append(alarm)

    def _dashboard(
        self,
        queues: Queues,
        functions: Mapping[str, ServiceFunction],
        machines: Mapping[str, sfn.StateMachine],
        http_api: http.HttpApi,
    ) -> None:
        work = (
            queues.fan_out,
            queues.delivery,
            queues.bulk,
            queues.receipts,
            queues.events,
            queues.webhooks,
        )
        dashboard = cloudwatch.Dashboard(self, "Dashboard", dashboard_name=self._settings.prefix)
        dashboard.add_widgets(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=self._alarms, width=24))
        dashboard.add_widgets(
            _graph(
                "Requests",
                [http_api.metric_count(), http_api.metric_client_error(), http_api.metric_server_error()],
            ),
            _graph("Latency", [http_api.metric_latency(statistic=statistic) for statistic in ("p50", "p99")]),
            _graph("Runs", [machine.metric_started() for machine in machines.values()]),
        )
        dashboard.add_widgets(
            _graph("Function errors", [function.metric_errors() for function in functions.values()]),
            _graph("Oldest message", [_age(one) for one in work]),
            _graph(
                "Dead letters",
                [
                    queue.metric_approximate_number_of_messages_visible()
                    for queue in queues.dead_letters().values()
                ],
            ),
        )


def _age(work: WorkQueue) -> cloudwatch.Metric:
    return work.queue.metric_approximate_age_of_oldest_message(period=PERIOD, statistic="Maximum")


def _graph(title: str, metrics: list[cloudwatch.Metric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=8)
