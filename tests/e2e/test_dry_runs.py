"""Dry runs and previews on the deployed stack: by its own functions, with their grants, and nothing comes of them."""

from typing import Any

from tests.builders.stack import Product, email, in_app

WEEK = {"type": "delay", "ref": "delay_1", "settings": {"delay_for": {"unit": "weeks", "value": 1}}}


def test_a_trigger_is_played_with_subscribers_and_children_and_nobody_hears_of_it(product: Product) -> None:
    jane, project = product.user("jane"), product.id("project")
    product.knock.objects.add_subscriptions("projects", project, recipients=[jane])
    child = product.workflow(email("<p>{{ data.text }}</p>"), word="child")
    triggers = {"type": "trigger_workflow", "ref": "child_1", "settings": {"workflow_key": child}}
    flow = product.workflow(WEEK, in_app("To **{{ recipient.id }}**: {{ data.text }}"), triggers)

    answer = product.manage(
        "PUT",
        f"/v1/workflows/{flow}/run",
        {
            "recipients": [{"collection": "projects", "id": project}],
            "data": {"text": "soon"},
            "settings": {"sandbox_mode": True},
        },
    )
    assert answer.status_code == 200, answer.text
    runs = answer.json()["dry_run"]["runs"]
    of_jane = {run["workflow"]: run for run in runs if run["recipient"] == jane}
    [feed_item] = of_jane[flow]["messages"]
    assert feed_item["content"]["data"]["blocks"][0]["rendered"] == f"<p>To <strong>{jane}</strong>: soon</p>"
    [mail] = of_jane[child]["messages"]
    assert (mail["status"], "soon" in mail["content"]["data"]["html_body"]) == ("sent", True)
    assert skips(runs, project) == ["missing_channel_data", "missing_channel_data"]

    assert product.messages_of(jane) == []
    assert product.runs_of(flow) == product.runs_of(child) == []


def skips(runs: list[dict[str, Any]], object_id: str) -> list[str]:
    """Why the object itself was sent nothing, in both workflows."""
    own = [run for run in runs if isinstance(run["recipient"], dict) and run["recipient"]["id"] == object_id]
    return [
        event["data"]["reason"] for run in own for event in run["events"] if event["event"] == "step_skipped"
    ]


def test_a_saved_step_is_previewed_for_a_recipient(product: Product) -> None:
    jane = product.user("jane")
    flow = product.workflow(email("<p>Dear {{ recipient.name }}, {{ data.text }}</p>"))

    answer = product.manage(
        "POST",
        f"/v1/workflows/{flow}/steps/email_1/preview_template",
        {"recipient": jane, "data": {"text": "welcome"}},
    )
    assert answer.json()["result"] == "success", answer.text
    assert "Dear Jane, welcome" in answer.json()["template"]["html_body"]
    assert product.messages_of(jane) == []
