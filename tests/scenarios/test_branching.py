"""Branches and experiments: which way a run goes, and where it goes on."""

from collections import Counter
from typing import Any

from tests.builders.ways import branch, cohorts, note, otherwise, throttle, update_data, when
from tests.builders.world import World, delay
from tocsin.domain.recipients import RecipientRef


def said(world: World, ref: RecipientRef) -> list[str]:
    """The steps that have made a message, run by run and in their order."""
    return [one.step_ref for run in world.all_runs() if run.recipient == ref for one in run.made]


def told(world: World, event: str) -> list[dict[str, Any] | None]:
    return [one.data for one in world.only_run().events if one.event == event]


PLANS = branch(
    when("recipient.plan", "pro", note("Pro", "pro")),
    when("recipient.plan", "team", note("Team", "team")),
    otherwise(note("Free", "free")),
)


def test_the_first_branch_that_holds_is_taken_and_then_what_follows(world: World) -> None:
    people = [world.user(plan, plan=plan) for plan in ("pro", "team", "trial")]
    world.workflow("plans", [PLANS, note("All", "all")])

    world.trigger("plans", "pro", "team", "trial")
    world.settle()

    assert [said(world, ref) for ref in people] == [["pro", "all"], ["team", "all"], ["free", "all"]]


def test_the_log_tells_which_branch_and_why_not_the_ones_before(world: World) -> None:
    world.user("jane", plan="team")
    world.workflow("plans", [PLANS])
    world.trigger("plans", "jane")
    world.settle()

    [data] = told(world, "branch_selected")
    assert data is not None
    assert data["name"] == "recipient.plan is team"
    assert [(one["branch"], one["passed"]) for one in data["evaluations"]] == [
        ("recipient.plan is pro", False),
        ("recipient.plan is team", True),
    ]


def test_a_branch_that_terminates_ends_the_workflow_even_from_within_another(world: World) -> None:
    jane, joe = world.user("jane", plan="pro", beta=True), world.user("joe", plan="pro", beta=False)
    inner = branch(
        when("recipient.beta", True, note("Beta", "beta"), terminates=True), otherwise(), ref="inner"
    )
    world.workflow(
        "plans",
        [branch(when("recipient.plan", "pro", inner, note("Pro", "pro")), otherwise()), note("All", "all")],
    )

    world.trigger("plans", "jane", "joe")
    world.settle()

    assert (said(world, jane), said(world, joe)) == (["beta"], ["pro", "all"])


def test_an_empty_branch_leads_to_what_follows(world: World) -> None:
    jane = world.user("jane", plan="free")
    world.workflow(
        "plans", [branch(when("recipient.plan", "pro", note("Pro", "pro")), otherwise()), note("All", "all")]
    )
    world.trigger("plans", "jane")
    world.settle()
    assert said(world, jane) == ["all"]


def test_a_wait_within_a_branch_goes_on_within_it(world: World) -> None:
    jane = world.user("jane", plan="pro")
    pro = when("recipient.plan", "pro", delay(60), note("Later", "later"))
    world.workflow("plans", [branch(pro, otherwise()), note("All", "all")])
    world.trigger("plans", "jane")
    world.settle()
    assert said(world, jane) == []

    world.advance(62)

    assert said(world, jane) == ["later", "all"]


def test_what_a_branch_does_to_the_data_holds_after_it(world: World) -> None:
    jane = world.user("jane", plan="pro")
    pro = when("recipient.plan", "pro", update_data('{"greeting": "Dear {{ recipient.name }}"}'))
    world.user("jane", name="Jane")
    world.workflow("plans", [branch(pro, otherwise()), note("{{ data.greeting }}", "all")])

    world.trigger("plans", "jane")
    world.settle()

    [message] = world.messages_of(jane)
    assert message.data == {"greeting": "Dear Jane"}


def test_a_recipient_stays_in_a_cohort_and_cohorts_have_their_shares(world: World) -> None:
    people = [world.user(f"user-{number}") for number in range(30)]
    experiment = cohorts((50, [note("A", "a")]), (50, [note("B", "b")]), (0, [note("C", "c")]))
    world.workflow("experiment", [experiment])
    for _ in range(2):
        world.trigger("experiment", *(ref.id for ref in people))
        world.settle()

    ways = [tuple(said(world, ref)) for ref in people]
    assert set(ways) == {("a", "a"), ("b", "b")}
    assert 7 <= Counter(ways)[("a", "a")] <= 23


def test_a_cohort_key_keeps_a_team_together(world: World) -> None:
    people = [world.user(f"user-{number}", team="red") for number in range(12)]
    experiment = cohorts((50, [note("A", "a")]), (50, [note("B", "b")]), key="recipient.team")
    world.workflow("experiment", [experiment])
    world.trigger("experiment", *(ref.id for ref in people))
    world.settle()
    assert len({tuple(said(world, ref)) for ref in people}) == 1


def test_a_throttle_within_a_branch_counts_where_it_stands(world: World) -> None:
    jane = world.user("jane", plan="pro")
    pro = when("recipient.plan", "pro", throttle(), note("Once", "once"))
    world.workflow("plans", [branch(pro, otherwise())])
    for _ in range(2):
        world.trigger("plans", "jane")
        world.settle()
    assert said(world, jane) == ["once"]


def test_conditions_of_steps_that_take_none_are_ignored_and_the_log_says_so(world: World) -> None:
    jane = world.user("jane", plan="trial")
    never = {"all": [{"variable": "recipient.plan", "operator": "equal_to", "argument": "pro"}]}
    experiment = cohorts((100, [note("A", "a")]), (0, [note("B", "b")]))
    world.workflow("plans", [{**PLANS, "conditions": never}, {**experiment, "conditions": never}])
    world.trigger("plans", "jane")
    world.settle()

    assert said(world, jane) == ["free", "a"]
    assert len(told(world, "conditions_ignored")) == 2
    assert world.only_run().error_count == 0
