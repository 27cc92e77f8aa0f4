"""Steps that wait for an event."""

from typing import Any

Json = dict[str, Any]


def that(variable: str, argument: Any, operator: str = "equal_to") -> Json:
    return {"variable": variable, "operator": operator, "argument": argument}


def wait_for(
    event: Json, *any_of: list[Json], minutes: int = 60, ref: str = "wait_1", **settings: Any
) -> Json:
    """Any of the groups has to match, with all of its conditions."""
    groups = [{"operator": "and", "conditions": group} for group in any_of]
    return {
        "type": "wait_for_event",
        "ref": ref,
        "settings": {
            "event": event,
            "match_conditions": groups,
            "expires_after": {"unit": "minutes", "value": minutes},
            **settings,
        },
    }


def of_message(event_key: str, workflow: str) -> Json:
    return {
        "event_type": "message",
        "event_key": event_key,
        "source_type": "workflow",
        "source_key": workflow,
    }


def of_workflow(event_key: str, workflow: str) -> Json:
    return {"event_type": "workflow", "event_key": event_key, "source_key": workflow}


def of_audience(event_key: str, audience: str) -> Json:
    return {"event_type": "audience", "event_key": event_key, "audience_key": audience}


def of_source(event_key: str, source: str) -> Json:
    return {"event_type": "integration_source", "event_key": event_key, "integration_source_key": source}


OF_RECIPIENT = {"event_type": "recipient", "event_key": "updated"}
