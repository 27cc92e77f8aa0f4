"""RUN and WHEEL as they are deployed."""

import json

from infra.machines import WITHOUT_TRIGGER
from tests.infra.stages import Json, Stage
from tocsin.contract.tasks import StartRuns, StartSubscribers

EXPRESS_SECONDS = 300


def test_run_is_express_and_wheel_is_standard(any_stage: Stage) -> None:
    types = {
        machine["StateMachineName"]: machine["StateMachineType"]
        for machine in any_stage.of_type("AWS::StepFunctions::StateMachine").values()
    }

    prefix = any_stage.settings.prefix
    assert types == {f"{prefix}-run": "EXPRESS", f"{prefix}-wheel": "STANDARD"}


def test_each_state_leads_to_another_or_ends(any_stage: Stage) -> None:
    for name in ("run", "wheel"):
        definition = _definition(any_stage, name)

        assert definition["QueryLanguage"] == "JSONata"
        assert _reachable(definition) == set(definition["States"])


def test_every_task_has_a_literal_time_out_and_retries_whatever_failed(any_stage: Stage) -> None:
    """The emulator loses the class of an exception, and a time-out that is an expression crashes it."""
    for name in ("run", "wheel"):
        for state in _definition(any_stage, name)["States"].values():
            if state["Type"] == "Task":
                assert isinstance(state["TimeoutSeconds"], int)
                assert [retry["ErrorEquals"] for retry in state["Retry"]] == [["States.ALL"]]


def test_a_task_outlives_the_time_out_of_its_function(any_stage: Stage) -> None:
    for machine, state, function in (("run", "RunSteps", "run_steps"), ("wheel", "Drain", "wheel")):
        task = _definition(any_stage, machine)["States"][state]

        assert task["TimeoutSeconds"] > any_stage.functions()[function]["Timeout"]


def test_all_tries_of_run_fit_into_an_express_execution(any_stage: Stage) -> None:
    tasks = [state for state in _definition(any_stage, "run")["States"].values() if state["Type"] == "Task"]

    assert sum(_longest(task) for task in tasks) < EXPRESS_SECONDS


def test_what_run_gave_up_is_kept_without_what_it_knows_of_people(any_stage: Stage) -> None:
    states = _definition(any_stage, "run")["States"]

    (catch,) = states["RunSteps"]["Catch"]
    assert catch["ErrorEquals"] == ["States.ALL"]
    assert states[catch["Next"]]["Resource"] == "arn:aws:states:::sqs:sendMessage"
    assert WITHOUT_TRIGGER in states[catch["Next"]]["Arguments"]["MessageBody"]
    assert all(f"$name != '{name}'" in WITHOUT_TRIGGER for name in _brought_along())


def _brought_along() -> set[str]:
    """The fields of tasks in which a trigger may come along, with whom it names and what it says: optional texts."""
    fields = {**StartRuns.model_fields, **StartSubscribers.model_fields}
    return {name for name, field in fields.items() if field.annotation == str | None}


def test_wheel_waits_until_due_and_drains_in_two_billed_transitions(any_stage: Stage) -> None:
    states = _definition(any_stage, "wheel")["States"]

    assert states["UntilDue"] == {"Type": "Wait", "Timestamp": "{% $states.input.due %}", "Next": "Drain"}
    assert states["Drain"]["End"] is True
    assert set(states) == {"UntilDue", "Drain"}


def test_overdue_buckets_are_swept_up_each_minute(any_stage: Stage) -> None:
    rule = _sweep(any_stage)

    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert [json.loads(target["Input"]) for target in rule["Targets"]] == [{"type": "sweep.v1"}]


def test_a_sweep_that_cannot_be_delivered_is_left_to_the_next(any_stage: Stage) -> None:
    (target,) = _sweep(any_stage)["Targets"]

    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0}


def test_a_failed_run_leaves_a_log_line_on_aws(prod: Stage) -> None:
    (logging,) = [
        machine["LoggingConfiguration"]
        for machine in prod.of_type("AWS::StepFunctions::StateMachine").values()
        if machine["StateMachineType"] == "EXPRESS"
    ]

    assert logging["Level"] == "ERROR"
    assert logging["IncludeExecutionData"] is False


def _sweep(stage: Stage) -> Json:
    (rule,) = [one for one in stage.of_type("AWS::Events::Rule").values() if "ScheduleExpression" in one]
    return rule


def _definition(stage: Stage, name: str) -> Json:
    (machine,) = [
        machine
        for machine in stage.of_type("AWS::StepFunctions::StateMachine").values()
        if machine["StateMachineName"] == stage.settings.name(name)
    ]
    _, parts = machine["DefinitionString"]["Fn::Join"]
    definition: Json = json.loads(
        "".join(part if isinstance(part, str) else "resolved-on-deploy" for part in parts)
    )
    return definition


def _reachable(definition: Json) -> set[str]:
    found: set[str] = set()
    ahead = [definition["StartAt"]]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += _next(definition["States"][name])
    return found


def _next(state: Json) -> list[str]:
    choices = state.get("Choices", []) + state.get("Catch", [])
    return [choice["Next"] for choice in choices] + [
        state[key] for key in ("Next", "Default") if key in state
    ]


def _longest(task: Json) -> float:
    """Seconds that a Task takes when every try runs into its time-out and every pause is as long as it can be."""
    (retry,) = task["Retry"]
    pauses = [
        min(retry["IntervalSeconds"] * retry["BackoffRate"] ** number, retry["MaxDelaySeconds"])
        for number in range(retry["MaxAttempts"])
    ]
    return float(task["TimeoutSeconds"] * (retry["MaxAttempts"] + 1) + sum(pauses))
