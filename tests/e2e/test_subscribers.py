"""A project with more followers than a page holds, on the deployed stack: fan-out queue, RUN, and everybody's feed."""

from itertools import islice

from tests.builders.stack import Product, eventually, in_app

FOLLOWERS = 120
PAGE = 100


def test_a_trigger_for_a_project_reaches_everybody_who_follows_it_once(product: Product) -> None:
    project = product.id("project")
    users = [product.id(f"user{number}") for number in range(FOLLOWERS)]
    product.knock.objects.set("projects", project, name="Apollo")
    for start in range(0, FOLLOWERS, PAGE):
        product.knock.objects.add_subscriptions(
            "projects", project, recipients=users[start : start + PAGE], properties={"role": "member"}
        )
    flow = product.workflow(
        in_app("{{ recipient.subscription.role }} of {{ recipient.subscription.object.name }}")
    )

    answer = product.knock.workflows.trigger(
        flow, recipients=[{"id": project, "collection": "projects"}], actor=users[0], data={}
    )

    def reached() -> list[str] | None:
        runs = list(islice(product.knock.workflow_recipient_runs.list(workflow=flow, page_size=50), 200))
        return [str(run.recipient) for run in runs] if len(runs) >= FOLLOWERS else None

    found = eventually(reached, "the project and all followers but the actor to have a run")
    assert len(found) == len(set(found)) == FOLLOWERS
    assert users[0] not in found
    for user_id in users[1:]:
        [message] = product.arrived(user_id, "delivered")
        assert message.source.workflow_run_id == answer.workflow_run_id
    feed = product.call("GET", f"/v1/users/{users[1]}/feeds/{product.stack.channels['in-app']}").json()
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
