"""What a channel step does with the recipient's preferences: ask them, and log why they say what they say."""

from typing import Any

from tocsin.domain import json_text
from tocsin.domain.channels import Channel
from tocsin.domain.preference_decisions import Decision, Rule, decide
from tocsin.domain.runs import EventStatus, RunEvent
from tocsin.engine.context import Context, Step

# Recipients write conditions of any length, and a run's row must hold its log.
MAX_SHOWN = 200


def ask(step: Step, channel: Channel, context: Context) -> tuple[Decision, tuple[RunEvent, ...]]:
    """The decision and what explains it. Where nobody said anything of such a message, there is nothing to explain."""
    workflow, preferences = context.workflow, context.preferences
    decision = decide(preferences.settings, workflow, channel, context.scope, context.now)
    if not decision.rules and not workflow.overrides_preferences:
        return decision, ()
    failed = any(rule.problem for rule in decision.rules)
    data: dict[str, Any] = {
        "preference_set": preferences.id,
        "passed": decision.allowed,
        "rules": [_shown(rule) for rule in decision.rules],
    }
    if workflow.overrides_preferences:
        data["overridden"] = True
    event = RunEvent(
        event="preferences_evaluated",
        at=context.now,
        status=EventStatus.ERROR if failed else EventStatus.OK,
        step_ref=step["ref"],
        step_type=step["type"],
        data=data,
    )
    return decision, (event,)


def _shown(rule: Rule) -> dict[str, Any]:
    shown: dict[str, Any] = {"preference": rule.path, "passed": rule.allows}
    if rule.unmet is not None:
        variable, operator, argument = rule.unmet.variable, rule.unmet.operator, rule.unmet.argument
        shown["condition"] = {
            "variable": _clipped(variable),
            "operator": operator,
            "argument": _clipped(argument),
        }
    if rule.problem is not None:
        shown["message"] = _clipped(rule.problem)
    return shown


def _clipped(value: Any) -> Any:
    text = value if isinstance(value, str) else json_text.dumps(value)
    return value if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
