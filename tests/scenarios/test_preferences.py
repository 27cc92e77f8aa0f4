"""People who said what they want to hear, and what a run makes of it."""

from typing import Any

from tests.builders.world import EMAIL, ENV, IN_APP, World, delay
from tocsin.domain.recipients import TENANTS, RecipientRef
from tocsin.domain.runs import EventStatus, RunStatus
from tocsin.usecases.identify import identify
from tocsin.usecases.set_preferences import PreferencePorts, set_default_preferences, set_preferences

NO_EMAIL = {"channel_types": {"email": False}}


def prefers(world: World, ref: RecipientRef, settings: dict[str, Any], set_id: str = "default") -> None:
    ports = PreferencePorts(world.services.recipients, world.services.preferences)
    set_preferences(ports, ENV, ref, set_id, settings, world.now)


def tenant_prefers(world: World, tenant: str, settings: dict[str, Any] | None) -> None:
    ref = RecipientRef(TENANTS, tenant)
    identify(world.services.recipients, ENV, ref, {"settings": {"preference_set": settings}}, world.now)


def everybody_prefers(world: World, settings: dict[str, Any]) -> None:
    set_default_preferences(world.services.preferences, ENV, settings, world.now)


def sent_to(world: World, ref: RecipientRef) -> list[str]:
    return [message.channel_type for message in world.messages_of(ref)]


def reasons(world: World) -> list[str]:
    return [
        event.data["reason"]
        for event in world.only_run().events
        if event.event == "step_skipped" and event.data
    ]


def evaluated(world: World) -> list[dict[str, Any]]:
    events = world.only_run().events
    return [event.data for event in events if event.event == "preferences_evaluated" and event.data]


def test_who_opted_out_of_a_category_is_spared_and_the_log_says_which_rule_spared_them(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    prefers(world, jane, {"categories": {"marketing": {"channel_types": {"email": False}}}})
    world.workflow("offers", [EMAIL, IN_APP], categories=["marketing"])

    world.trigger("offers", "jane")
    world.settle()

    assert sent_to(world, jane) == ["in_app_feed"]
    assert reasons(world) == ["preferences_opted_out"]
    rule = {"preference": "categories.marketing.channel_types.email", "passed": False}
    assert evaluated(world) == [{"preference_set": "default", "passed": False, "rules": [rule]}]
    assert world.only_run().status is RunStatus.COMPLETED
    assert world.only_run().error_count == 0


def test_where_nobody_said_anything_the_log_does_not_mention_preferences(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    world.workflow("welcome", [EMAIL])

    world.trigger("welcome", "jane")
    world.settle()

    assert sent_to(world, jane) == ["email"]
    assert evaluated(world) == []


def test_what_the_environment_says_holds_for_who_did_not_say_otherwise(world: World) -> None:
    jane, tom = (world.user(name, email=f"{name}@app.test") for name in ("jane", "tom"))
    everybody_prefers(world, NO_EMAIL)
    prefers(world, tom, {"channel_types": {"email": True}})
    world.workflow("welcome", [EMAIL])

    world.trigger("welcome", "jane", "tom")
    world.settle()

    assert (sent_to(world, jane), sent_to(world, tom)) == ([], ["email"])


def test_a_tenants_set_takes_the_place_of_what_its_users_say_in_general(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    prefers(world, jane, NO_EMAIL)
    tenant_prefers(world, "acme", {"workflows": {"other": True}})
    world.workflow("welcome", [EMAIL])

    world.trigger("welcome", "jane", tenant="globex")
    world.settle()
    assert sent_to(world, jane) == []

    world.trigger("welcome", "jane", tenant="acme")
    world.settle()
    assert sent_to(world, jane) == ["email"]


def test_what_a_user_says_for_a_tenant_goes_before_what_the_tenant_says(world: World) -> None:
    jane, tom = (world.user(name, email=f"{name}@app.test") for name in ("jane", "tom"))
    tenant_prefers(world, "acme", NO_EMAIL)
    prefers(world, jane, {"channel_types": {"email": True}}, set_id="acme")
    world.workflow("welcome", [EMAIL])

    world.trigger("welcome", "jane", "tom", tenant="acme")
    world.settle()

    assert (sent_to(world, jane), sent_to(world, tom)) == (["email"], [])


def test_a_tenants_set_that_comes_with_the_trigger_counts_for_it(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    world.workflow("welcome", [EMAIL])

    world.trigger("welcome", "jane", tenant={"id": "acme", "settings": {"preference_set": NO_EMAIL}})
    world.settle()

    assert sent_to(world, jane) == []
    assert evaluated(world)[0]["preference_set"] == "acme"


def test_who_unsubscribed_gets_no_commercial_messages_for_any_tenant_and_all_others(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    prefers(world, jane, {"commercial_subscribed": False})
    prefers(world, jane, {"commercial_subscribed": True}, set_id="acme")
    world.workflow("offers", [EMAIL], settings={"is_commercial": True, "override_preferences": True})

    world.trigger("offers", "jane", tenant="acme")
    world.settle()
    assert sent_to(world, jane) == []
    assert reasons(world) == ["commercial_unsubscribed"]

    world.workflow("receipt", [EMAIL])
    world.trigger("receipt", "jane", tenant="acme")
    world.settle()
    assert sent_to(world, jane) == ["email"]


def test_a_workflow_that_overrides_preferences_reaches_everybody_and_says_so(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    prefers(world, jane, NO_EMAIL)
    world.workflow("password-reset", [EMAIL], settings={"override_preferences": True})

    world.trigger("password-reset", "jane")
    world.settle()

    assert sent_to(world, jane) == ["email"]
    assert evaluated(world) == [
        {"preference_set": "default", "passed": True, "rules": [], "overridden": True}
    ]


def test_a_condition_on_the_data_mutes_one_thing_and_the_log_shows_it(world: World) -> None:
    jane = world.user("jane", muted=["task-1"])
    not_muted = {"variable": "recipient.muted", "operator": "not_contains", "argument": "data.task_id"}
    prefers(world, jane, {"workflows": {"comment": {"conditions": [not_muted]}}})
    world.workflow("comment", [IN_APP])

    world.trigger("comment", "jane", data={"task_id": "task-1"})
    world.settle()
    assert sent_to(world, jane) == []
    [rule] = evaluated(world)[0]["rules"]
    assert (rule["preference"], rule["passed"]) == ("workflows.comment", False)
    assert rule["condition"] == {**not_muted, "value": ["task-1"], "resolved": "task-1", "result": False}

    world.trigger("comment", "jane", data={"task_id": "task-2"})
    world.settle()
    assert sent_to(world, jane) == ["in_app_feed"]


def test_a_condition_of_any_length_is_logged_in_few_words(world: World) -> None:
    jane = world.user("jane")
    endless = {"variable": "data.text", "operator": "equal_to", "argument": "x" * 200_000}
    prefers(world, jane, {"channel_types": {"in_app_feed": {"conditions": [endless]}}})
    world.workflow("comment", [{**IN_APP, "ref": f"in_app_{number}"} for number in range(5)])

    world.trigger("comment", "jane")
    world.settle()

    assert reasons(world) == ["preferences_opted_out"] * 5
    assert len(evaluated(world)[0]["rules"][0]["condition"]["argument"]) < 300


def test_who_opts_out_during_a_delay_is_spared(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    world.workflow("later", [IN_APP, delay(10), EMAIL])
    world.trigger("later", "jane")
    world.settle()

    prefers(world, jane, NO_EMAIL)
    world.advance(12)

    assert sent_to(world, jane) == ["in_app_feed"]
    assert reasons(world) == ["preferences_opted_out"]


def test_objects_are_spared_like_users(world: World) -> None:
    project = RecipientRef("projects", "p-1")
    identify(world.services.recipients, ENV, project, {"email": "team@app.test"}, world.now)
    prefers(world, project, {"workflows": {"comment": False}})
    world.workflow("comment", [EMAIL])

    world.trigger("comment", {"id": "p-1", "collection": "projects"})
    world.settle()

    assert sent_to(world, project) == []
    assert reasons(world) == ["preferences_opted_out"]


def test_who_cannot_be_reached_is_not_asked_and_a_step_whose_conditions_fail_asks_nobody(
    world: World,
) -> None:
    jane = world.user("jane")
    prefers(world, jane, {"workflows": {"welcome": False}})
    never = {"all": [{"variable": "data.never", "operator": "exists"}]}
    world.workflow("welcome", [EMAIL, {**IN_APP, "conditions": never}])

    world.trigger("welcome", "jane")
    world.settle()

    assert reasons(world) == ["missing_channel_data", "conditions_not_met"]
    assert evaluated(world) == []


def test_a_broken_template_harms_nobody_who_opted_out(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    prefers(world, jane, NO_EMAIL)
    broken = {"subject": "{{ data.text | no_such_filter }}", "html_body": "x"}
    world.workflow("welcome", [{**EMAIL, "template": broken}])

    world.trigger("welcome", "jane")
    world.settle()

    assert reasons(world) == ["preferences_opted_out"]
    assert all(event.status is EventStatus.OK for event in world.only_run().events)


def test_templates_and_step_conditions_see_the_preferences_that_hold(world: World) -> None:
    world.user("jane", email="jane@app.test")
    everybody_prefers(world, {"categories": {"news": True}})
    wanted = {
        "all": [
            {"variable": "recipient.preferences.categories.news", "operator": "equal_to", "argument": "true"}
        ]
    }
    subject = "{{ recipient.preferences.id }}: {{ recipient.preferences.categories.news }}"
    world.workflow(
        "news", [{**EMAIL, "conditions": wanted, "template": {"subject": subject, "html_body": "x"}}]
    )

    world.trigger("news", "jane")
    world.settle()

    [outgoing] = world.provider.sent
    assert outgoing.content["subject_line"] == "default: true"
