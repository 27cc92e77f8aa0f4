"""Who follows what, on the deployed stack; that there may be many of them is told in test_many_recipients.py."""

from tests.builders.stack import Product, in_app


def test_a_trigger_for_a_project_reaches_everybody_who_follows_it_but_the_actor(product: Product) -> None:
    project, (jane, tom, ann) = product.id("project"), map(product.user, ("jane", "tom", "ann"))
    product.knock.objects.set("projects", project, name="Apollo")
    product.knock.objects.add_subscriptions(
        "projects", project, recipients=[jane, tom, ann], properties={"role": "member"}
    )
    flow = product.workflow(
        in_app("{{ recipient.subscription.role }} of {{ recipient.subscription.object.name }}")
    )

    answer = product.knock.workflows.trigger(
        flow, recipients=[{"id": project, "collection": "projects"}], actor=ann, data={}
    )

    for user_id in (jane, tom):
        [message] = product.arrived(user_id, "delivered")
        assert message.source.workflow_run_id == answer.workflow_run_id
    assert ann not in [run.recipient for run in product.runs_of(flow)]
    feed = product.call("GET", f"/v1/users/{jane}/feeds/{product.stack.channels['in-app']}").json()
    assert feed["entries"][0]["blocks"][0]["rendered"] == "<p>member of Apollo</p>"


def test_a_team_that_follows_several_projects_is_reached_with_its_members_once(product: Product) -> None:
    jane = product.user("jane")
    projects, team = [product.id("first"), product.id("second")], product.id("team")
    for project in projects:
        product.knock.objects.add_subscriptions(
            "projects", project, recipients=[{"id": team, "collection": "teams"}]
        )
    product.knock.objects.add_subscriptions("teams", team, recipients=[jane])
    flow = product.workflow(in_app("{{ recipient.subscription.object.id }}"))

    product.knock.workflows.trigger(
        flow, recipients=[{"id": project, "collection": "projects"} for project in projects], data={}
    )

    product.arrived(jane, "delivered")
    runs = product.knock.workflow_recipient_runs.list(workflow=flow).items
    assert len(runs) == 4  # the projects, the team and Jane
