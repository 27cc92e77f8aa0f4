"""One recipient, one trigger or one piece of data that cannot be worked on: the others on its page never notice."""

import pytest

from tests.builders.ways import fetch
from tests.builders.world import EMAIL, ENV, IN_APP, World, delay
from tocsin.channels.email.ses import SesProvider
from tocsin.contract.tasks import ResumeRuns, StartRuns
from tocsin.domain.messages import Status
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import RunStatus
from tocsin.domain.work import Fetched
from tocsin.engine.context import Destination, Reaching
from tocsin.engine.trying import PAUSES
from tocsin.store import keys
from tocsin.usecases.composing.email import EmailComposer

TOO_MUCH = "x" * 200_000


def _break_for(monkeypatch: pytest.MonkeyPatch, user_id: str) -> None:
    """A fault of ours that only this recipient's data brings to light."""
    compose = EmailComposer.compose

    def faulty(self: EmailComposer, reaching: Reaching, destination: Destination) -> object:
        if reaching.scope["recipient"]["id"] == user_id:
            raise ZeroDivisionError("a fault of ours")
        return compose(self, reaching, destination)

    monkeypatch.setattr(EmailComposer, "compose", faulty)


def _three(world: World) -> list[RecipientRef]:
    return [world.user(name, email=f"{name}@app.test") for name in ("ann", "bob", "cy")]


def _start(world: World) -> StartRuns:
    [task] = world.runs.take()
    return task  # type: ignore[no-any-return]


def test_a_run_that_breaks_when_it_starts_leaves_the_others_of_its_page_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = _three(world)
    world.workflow("mail", [EMAIL])
    world.trigger("mail", "ann", "bob", "cy")
    start = _start(world)
    _break_for(monkeypatch, "ann")

    for _ in range(2):
        world.run(start)
    world.settle()

    assert [len(world.messages_of(ref)) for ref in people] == [0, 1, 1]
    assert len(world.provider.sent) == 2
    assert [run.status for run in world.all_runs() if run.error_count] == [RunStatus.PAUSED]


def test_a_run_that_breaks_when_it_resumes_leaves_the_others_of_its_bucket_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = _three(world)
    world.workflow("later", [delay(5), EMAIL])
    for ref in people:
        world.trigger("later", ref.id)
    world.settle()
    _break_for(monkeypatch, "ann")
    world.now = world.now.replace(second=7)
    for wake in world.wheels.take():
        world.wake(wake)
    world.settle()
    assert [len(world.messages_of(ref)) for ref in people] == [0, 1, 1]

    for _ in PAUSES:
        world.advance(35)
    assert {run.status for run in world.all_runs()} == {RunStatus.COMPLETED}
    assert [len(world.messages_of(ref)) for ref in people] == [0, 1, 1]


def test_a_trigger_that_is_lost_keeps_no_other_trigger_of_its_bucket_asleep(world: World) -> None:
    people = _three(world)
    world.workflow("later", [delay(5), EMAIL])
    lost = world.trigger("later", "ann")
    for ref in people[1:]:
        world.trigger("later", ref.id)
    world.settle()
    get = world.services.workflow_runs.get
    world.services.workflow_runs.get = (  # type: ignore[method-assign]
        lambda env, workflow_run_id: (
            None if workflow_run_id == lost.workflow_run_id else get(env, workflow_run_id)
        )
    )
    world.now = world.now.replace(second=7)
    for wake in world.wheels.take():
        world.wake(wake)
    [resume] = world.runs.take()
    assert isinstance(resume, ResumeRuns)

    with pytest.raises(ExceptionGroup, match="1 of 3 runs"):
        world.run(resume)
    world.settle()

    assert [len(world.messages_of(ref)) for ref in people] == [0, 1, 1]


def test_inline_properties_beyond_the_limit_end_that_recipients_run_and_say_so(world: World) -> None:
    ann, bob = world.user("ann", one=TOO_MUCH), world.user("bob")
    world.workflow("hello", [IN_APP])

    world.trigger("hello", {"id": "ann", "two": TOO_MUCH}, "bob")
    world.settle()

    assert [len(world.messages_of(ref)) for ref in (ann, bob)] == [0, 1]
    [ended] = [run for run in world.all_runs() if run.recipient == ann]
    assert ended.status is RunStatus.COMPLETED
    assert ended.error_count == 1
    assert ended.events[-1].data == {"reason": "identification_failed"}


def test_a_tenant_beyond_the_limit_is_used_as_it_is_stored(world: World) -> None:
    jane = world.user("jane")
    world.workflow("hello", [IN_APP])
    for name in ("one", "two"):
        world.trigger("hello", "jane", tenant={"id": "acme", name: TOO_MUCH})
        world.settle()

    assert len(world.messages_of(jane)) == 2
    stored = world.services.recipients.get(ENV, RecipientRef("$tenants", "acme"))
    assert stored is not None
    assert set(stored.properties) == {"one"}


class _Unreachable:
    """SES, which such an email must never get to."""

    def send_email(self, **_: object) -> None:
        raise AssertionError("sent")


@pytest.mark.parametrize("email", ["a@", '"', "a@[", "<@a:"])
def test_an_address_that_no_email_can_carry_is_undelivered_at_once(world: World, email: str) -> None:
    jane = world.user("jane", email=email)
    world.workflow("mail", [EMAIL])
    world.provider.send = SesProvider(_Unreachable(), "tocsin-test").send  # type: ignore[arg-type, method-assign]
    world.trigger("mail", "jane")
    world.settle()

    [message] = world.messages_of(jane)
    assert message.status is Status.UNDELIVERED
    assert message.events[-1].data is not None
    assert "malformed" in message.events[-1].data["failure_details"]


@pytest.mark.parametrize("email", [123, True, {"a": 1}, ["a@app.test"], " \n "])
def test_an_address_that_is_no_text_is_no_address(world: World, email: object) -> None:
    world.workflow("mail", [EMAIL])
    # A user's email is held to be a text; an object may hold anything.
    world.trigger("mail", {"id": "team-1", "collection": "teams", "email": email})
    world.settle()

    [skipped] = [event for event in world.only_run().events if event.event == "step_skipped"]
    assert skipped.data is not None
    assert skipped.data["reason"] == "missing_channel_data"


def test_a_line_break_behind_an_address_does_not_end_the_headers(world: World) -> None:
    world.user("jane", email="jane@app.test\n")
    world.workflow("mail", [EMAIL])
    world.trigger("mail", "jane")
    world.settle()

    [outgoing] = world.provider.sent
    assert outgoing.content["to"] == "jane@app.test"


def test_a_sender_that_cannot_be_written_is_told_readably(world: World) -> None:
    world.user("jane", email="jane@app.test")
    overrides = {"from_address": "{{ data.from }}", "from_name": "Jürgen"}
    world.workflow("mail", [{**EMAIL, "channel_overrides": overrides}])
    world.trigger("mail", "jane", data={"from": "jürgen@app.test"})
    world.settle()

    [failed] = [event for event in world.only_run().events if event.event == "step_failed"]
    assert failed.data is not None
    assert failed.data["reason"] == "template_error"


def test_a_run_whose_work_cannot_be_said_takes_no_answer_from_the_others(world: World) -> None:
    people = _three(world)
    world.perform = lambda work: Fetched(200, b"{}")
    world.workflow("look", [fetch("https://api.test"), IN_APP])
    for ref in people:
        world.trigger("look", ref.id)
    starts = world.runs.take()
    for start in starts:
        world.run(start)
    tasks = world.runs.take()
    work = tasks[0].model_copy(update={"runs": tuple(due for task in tasks for due in task.runs)})
    world.services.table.delete_all([(keys.workflow_run(ENV, starts[0].workflow_run_id), keys.RUN)])

    with pytest.raises(ExceptionGroup, match="1 of 3 runs"):
        world.run(work)

    assert [len(world.messages_of(ref)) for ref in people] == [0, 1, 1]
