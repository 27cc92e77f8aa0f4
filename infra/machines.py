"""The two state machines. RUN does work that must not wait, WHEEL waits; neither knows a step type.

They are JSONata, the one query language that the emulator runs in full, and plain dictionaries, so that they
read here as they read in the console. Every error is retried: what a function expects, it reports as data.
"""

import json
from typing import Any

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.resources import Resources
from infra.service_function import ServiceFunction
from infra.settings import Settings

EXPRESS_SECONDS = 300  # AWS's limit
# What the network and a cold start may add to a function's own time-out before its Task counts as lost.
TASK_SLACK_SECONDS = 5

Json = dict[str, Any]
# What a trigger holds of people does not lie on a queue for weeks; whoever sends the letter again reads it anew.
WITHOUT_TRIGGER = (
    "$sift($states.context.Execution.Input, function($value, $name) {$name != 'trigger' and $name != 'page'})"
)


def run_definition(run_steps_arn: str, task_seconds: int, dead_letters_url: str) -> Json:
    """A page of runs through `run_steps`; what five tries could not do is kept, without the trigger that came along."""
    return {
        "Comment": "One uninterrupted stretch of steps for a page of recipient runs",
        "QueryLanguage": "JSONata",
        "TimeoutSeconds": EXPRESS_SECONDS,
        "StartAt": "RunSteps",
        "States": {
            "RunSteps": {
                **_call(run_steps_arn, task_seconds),
                "Retry": [_retry(tries=5, longest_pause=8)],
                "Catch": [
                    {
                        "ErrorEquals": ["States.ALL"],
                        "Assign": {"error": "{% $states.errorOutput.Error %}"},
                        "Next": "KeepInput",
                    }
                ],
                "End": True,
            },
            "KeepInput": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Arguments": {
                    "QueueUrl": dead_letters_url,
                    "MessageBody": f"{{% $string({WITHOUT_TRIGGER}) %}}",
                    "MessageAttributes": {"error": {"DataType": "String", "StringValue": "{% $error %}"}},
                },
                "TimeoutSeconds": 10,
                "Retry": [_retry(tries=3, longest_pause=2)],
                "Next": "GaveUp",
            },
            "GaveUp": {
                "Type": "Fail",
                "Error": "Tocsin.RunGaveUp",
                "Cause": "run_steps failed five times; the input lies in the dead letter queue",
            },
        },
    }


def wheel_definition(wheel_arn: str, task_seconds: int) -> Json:
    """Waits until a bucket is due and drains it: two transitions, whatever the bucket holds.

    A bucket that one invocation cannot drain goes on in an execution of its own; if that fails, the sweep finds it.
    """
    return {
        "Comment": "Wakes the runs that are parked under one due bucket and shard",
        "QueryLanguage": "JSONata",
        "StartAt": "UntilDue",
        "States": {
            "UntilDue": {"Type": "Wait", "Timestamp": "{% $states.input.due %}", "Next": "Drain"},
            "Drain": {
                **_call(wheel_arn, task_seconds),
                "Retry": [_retry(tries=6, longest_pause=60)],
                "End": True,
            },
        },
    }


def _call(function_arn: str, seconds: int) -> Json:
    """A function with the state's input as its event and its result as the state's output."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": function_arn, "Payload": "{% $states.input %}"},
        "Output": "{% $states.result.Payload %}",
        "TimeoutSeconds": seconds,
    }


def _retry(*, tries: int, longest_pause: int) -> Json:
    return {
        "ErrorEquals": ["States.ALL"],
        "IntervalSeconds": 1,
        "BackoffRate": 2,
        "MaxDelaySeconds": longest_pause,
        "MaxAttempts": tries - 1,
        "JitterStrategy": "FULL",
    }


class RunMachine(sfn.StateMachine):
    def __init__(self, scope: Construct, resources: Resources, run_steps: ServiceFunction) -> None:
        dead_letters = resources.queues.run_dead_letters
        definition = run_definition(
            run_steps.called.function_arn, run_steps.seconds + TASK_SLACK_SECONDS, dead_letters.queue_url
        )
        super().__init__(
            scope,
            "Run",
            state_machine_name=resources.settings.name("run"),
            state_machine_type=sfn.StateMachineType.EXPRESS,
            definition_body=sfn.DefinitionBody.from_string(json.dumps(definition)),
            logs=None if resources.settings.local else _error_log(scope, resources.settings),
        )
        _may_call(self, run_steps)
        self.add_to_role_policy(
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[dead_letters.queue_arn])
        )


class WheelMachine(sfn.StateMachine):
    def __init__(self, scope: Construct, resources: Resources, wheel: ServiceFunction) -> None:
        definition = wheel_definition(wheel.function_arn, wheel.seconds + TASK_SLACK_SECONDS)
        super().__init__(
            scope,
            "Wheel",
            state_machine_name=resources.settings.name("wheel"),
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(json.dumps(definition)),
        )
        _may_call(self, wheel)


def _may_call(machine: sfn.StateMachine, function: ServiceFunction) -> None:
    machine.add_to_role_policy(
        iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function.called.function_arn])
    )


def _error_log(scope: Construct, settings: Settings) -> sfn.LogOptions:
    """An Express execution has no history: without a log, a failed one leaves nothing but its dead letter."""
    group = logs.LogGroup(
        scope,
        "RunLogs",
        log_group_name=f"/aws/vendedlogs/states/{settings.name('run')}",
        retention=logs.RetentionDays[settings.log_retention],
        removal_policy=RemovalPolicy.DESTROY,
    )
    return sfn.LogOptions(destination=group, level=sfn.LogLevel.ERROR, include_execution_data=False)
