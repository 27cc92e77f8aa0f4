"""One trigger, from the call to the message: what people rely on when nothing goes wrong."""

import pytest

from tests.builders.world import EMAIL, IN_APP, World, delay
from tocsin.domain.messages import Status
from tocsin.domain.runs import RunStatus


def test_an_in_app_message_arrives_at_once_and_the_email_after_the_delay(world: World) -> None:
    jane = world.user("jane", name="Jane", email="jane@app.test")
    world.workflow("welcome", [IN_APP, delay(120), EMAIL])

    world.trigger("welcome", "jane", data={"text": "Nice to see you"})
    world.settle()
    [in_app] = world.messages_of(jane)
    assert in_app.status is Status.DELIVERED
    assert world.only_run().status is RunStatus.PAUSED
    assert world.provider.sent == []

    world.advance(121)
    [_, email] = world.messages_of(jane)
    assert email.status is Status.SENT
    assert world.only_run().status is RunStatus.COMPLETED
    [outgoing] = world.provider.sent
    assert outgoing.content["to"] == "jane@app.test"
    assert outgoing.content["subject_line"] == "Hello Jane"
    assert "<p>Nice to see you</p>" in outgoing.content["html_body"]


def test_the_log_of_a_run_tells_its_steps_in_order(world: World) -> None:
    world.user("jane", email="jane@app.test")
    world.workflow("welcome", [IN_APP, delay(2), EMAIL])

    world.trigger("welcome", "jane")
    world.settle()
    world.advance(4)

    assert world.events() == [
        "run_started",
        "message_enqueued",
        "delay_started",
        "delay_resumed",
        "message_enqueued",
        "run_completed",
    ]


def test_a_delay_never_ends_early(world: World) -> None:
    world.user("jane", email="jane@app.test")
    world.workflow("later", [delay(10), EMAIL])
    world.trigger("later", "jane")
    world.settle()

    world.advance(9)
    assert world.provider.sent == []
    world.advance(2)
    assert len(world.provider.sent) == 1


def test_templates_see_the_recipient_as_they_are_after_the_delay(world: World) -> None:
    world.user("jane", name="Jane", email="old@app.test")
    world.workflow("later", [delay(10), EMAIL])
    world.trigger("later", "jane")
    world.settle()

    world.user("jane", name="Janet", email="new@app.test")
    world.advance(12)

    [outgoing] = world.provider.sent
    assert (outgoing.content["to"], outgoing.content["subject_line"]) == ("new@app.test", "Hello Janet")


def test_templates_see_actor_tenant_data_variables_and_workflow(world: World) -> None:
    world.user("jane", email="jane@app.test")
    world.user("tom", name="Tom")
    body = "{{ actor.name }}|{{ tenant.name }}|{{ data.n }}|{{ vars.base_url }}|{{ workflow.key }}"
    world.workflow("all", [{**EMAIL, "template": {"subject": body, "html_body": "x"}}])

    world.trigger("all", "jane", actor="tom", tenant={"id": "acme", "name": "Acme"}, data={"n": 3})
    world.settle()

    [outgoing] = world.provider.sent
    assert outgoing.content["subject_line"] == "Tom|Acme|3|https://app.test|all"


def test_a_recipient_without_an_email_address_gets_no_email_and_the_log_says_why(world: World) -> None:
    jane = world.user("jane")
    world.workflow("mail", [EMAIL])

    world.trigger("mail", "jane")
    world.settle()

    assert world.messages_of(jane) == []
    [skipped] = [event for event in world.only_run().events if event.event == "step_skipped"]
    assert skipped.data is not None
    assert skipped.data["reason"] == "missing_channel_data"


def test_step_conditions_decide_for_each_recipient(world: World) -> None:
    pro, free = world.user("pro", plan="pro"), world.user("free", plan="free")
    condition = {"all": [{"variable": "recipient.plan", "operator": "equal_to", "argument": "pro"}]}
    world.workflow("upsell", [{**IN_APP, "conditions": condition}])

    world.trigger("upsell", "pro", "free")
    world.settle()

    assert len(world.messages_of(pro)) == 1
    assert world.messages_of(free) == []


def test_a_recipient_named_twice_gets_one_run(world: World) -> None:
    jane = world.user("jane")
    world.workflow("hello", [IN_APP])

    world.trigger("hello", "jane", {"id": "jane", "name": "Jane"}, "jane")
    world.settle()

    assert len(world.messages_of(jane)) == 1


def test_what_is_said_inline_of_one_recipient_in_two_places_all_counts(world: World) -> None:
    world.workflow("mail", [EMAIL])

    world.trigger(
        "mail",
        {"id": "jane", "name": "Jane", "$trigger_data": {"text": "Yours"}},
        "jane",
        {"id": "jane", "email": "jane@app.test"},
    )
    world.settle()

    [outgoing] = world.provider.sent
    assert outgoing.content["subject_line"] == "Hello Jane"
    assert "Yours" in outgoing.content["html_body"]


def test_inline_properties_are_stored_before_the_run_sees_them(world: World) -> None:
    world.workflow("mail", [EMAIL])

    world.trigger(
        "mail", {"id": "new", "name": "New", "email": "new@app.test", "$trigger_data": {"text": "Yours"}}
    )
    world.settle()

    [outgoing] = world.provider.sent
    assert outgoing.content["subject_line"] == "Hello New"
    assert "Yours" in outgoing.content["html_body"]


def test_skip_delay_passes_the_delay_by(world: World) -> None:
    world.user("jane", email="jane@app.test")
    world.workflow("later", [delay(3600), EMAIL])

    world.trigger("later", "jane", settings={"skip_delay": True})
    world.settle()

    assert len(world.provider.sent) == 1


def test_a_sandboxed_trigger_makes_the_email_and_sends_nothing(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    world.workflow("mail", [EMAIL])

    world.trigger("mail", "jane", settings={"sandbox_mode": True})
    world.settle()

    [message] = world.messages_of(jane)
    assert message.status is Status.NOT_SENT
    assert world.provider.calls == 0


def test_a_large_trigger_fans_out_in_pages_and_reaches_everybody_once(world: World) -> None:
    everybody = [world.user(f"user-{number}") for number in range(230)]
    world.workflow("hello", [IN_APP])

    world.trigger("hello", *(ref.id for ref in everybody))
    assert world.runs.waiting == []
    world.settle()

    assert [len(world.messages_of(ref)) for ref in everybody] == [1] * 230


@pytest.mark.parametrize("text", ["x" * 300_000, "😀" * 102_000], ids=["long", "wide"])
def test_data_too_large_for_a_row_reaches_the_template(world: World, text: str) -> None:
    world.user("jane", email="jane@app.test")
    world.workflow("mail", [EMAIL])

    world.trigger("mail", "jane", data={"text": text})
    world.settle()

    [outgoing] = world.provider.sent
    assert text in outgoing.content["html_body"]
