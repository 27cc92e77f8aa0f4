"""Steps that send nothing, as workflows hold them: ways through a workflow."""

import json
from typing import Any

Step = dict[str, Any]


def throttle(limit: int = 1, hours: int = 1, ref: str = "throttle_1", **settings: Any) -> Step:
    window = {"unit": "hours", "value": hours}
    return {
        "type": "throttle",
        "ref": ref,
        "settings": {"throttle_limit": limit, "throttle_window": window, **settings},
    }


def branch(*branches: Step, ref: str = "branch_1") -> Step:
    return {"type": "branch", "ref": ref, "branches": list(branches)}


def when(variable: str, argument: Any, *steps: Step, terminates: bool = False) -> Step:
    """A branch for those whose variable is so."""
    condition = {"variable": variable, "operator": "equal_to", "argument": argument}
    return {
        "name": f"{variable} is {argument}",
        "terminates": terminates,
        "conditions": {"all": [condition]},
        "steps": list(steps),
    }


def otherwise(*steps: Step) -> Step:
    return {"name": "Default", "terminates": False, "conditions": None, "steps": list(steps)}


def cohorts(*shares: tuple[float, list[Step]], ref: str = "experiment_1", key: str | None = None) -> Step:
    return {
        "type": "random_cohort",
        "ref": ref,
        "cohort_key": key,
        "cohort_branches": [
            {"name": f"cohort {number}", "percentage": share, "steps": steps}
            for number, (share, steps) in enumerate(shares)
        ],
    }


def update_data(template: str, ref: str = "update_data_1") -> Step:
    return {"type": "update_data", "ref": ref, "settings": {"data": template}}


def note(text: str, ref: str) -> Step:
    """An in-app message that says so."""
    return {"type": "channel", "ref": ref, "channel_key": "in-app", "template": {"markdown_body": text}}


def update(kind: str, properties: str, gid: str | None = None, ref: str = "update_1") -> Step:
    """`kind` is `user`, `tenant` or `object`; with a gid, the one that it names."""
    settings: Step = {"update_properties": properties, "recipient_gid": gid}
    if kind != "object":
        settings["recipient_mode"] = "reference" if gid else "current"
    return {"type": f"update_{kind}", "ref": ref, "settings": settings}


def update_audience(action: str, audience: str, ref: str = "audience_1") -> Step:
    return {"type": "update_audience", "ref": ref, "settings": {"audience_key": audience, "action": action}}


def trigger_workflow(workflow: str, ref: str = "child_1", **settings: str) -> Step:
    return {"type": "trigger_workflow", "ref": ref, "settings": {"workflow_key": workflow, **settings}}


def fetch(url: str, ref: str = "fetch_1", **settings: Any) -> Step:
    return {"type": "http_fetch", "ref": ref, "settings": {"method": "get", "url": url, **settings}}


def ai_agent(prompt: str, ref: str = "ai_1", schema: Any = None, **settings: Any) -> Step:
    """With a schema, the reply is JSON."""
    form = {"response_type": "text"}
    if schema is not None:
        form = {"response_type": "json", "response_schema": json.dumps(schema)}
    model = "bedrock:amazon.nova-lite-v1:0"
    return {
        "type": "ai_agent",
        "ref": ref,
        "settings": {"model": model, "request_prompt": prompt, **form, **settings},
    }
