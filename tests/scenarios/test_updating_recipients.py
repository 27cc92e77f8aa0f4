"""Steps that change users, objects, tenants and audiences: what is stored, and what later steps see."""

import json

import pytest

from tests.builders.steps import contents
from tests.builders.ways import note, update, update_audience
from tests.builders.world import ENV, World
from tocsin.domain.audiences import Addition, Membership
from tocsin.domain.recipients import TENANTS, RecipientRef
from tocsin.engine.recipient_updates import MAX_SETS
from tocsin.usecases.identify import identify

HELLO = note("Hello {{ recipient.nickname }}", "in_app_1")
TOO_MANY_SETS = json.dumps({"preferences": {f"tenant-{number}": {} for number in range(MAX_SETS + 1)}})


def failure(world: World) -> dict[str, object]:
    [data] = [event.data for event in world.only_run().events if event.event == "step_failed"]
    assert data is not None
    return data


def properties(world: World, ref: RecipientRef) -> dict[str, object]:
    found = world.services.recipients.get(ENV, ref)
    assert found is not None
    return found.properties


def test_the_user_is_changed_deeply_and_later_steps_know(world: World) -> None:
    jane = world.user("jane", name="Jane", address={"city": "Oslo", "zip": "1"})
    change = update("user", '{"nickname": "{{ recipient.name }}y", "address": {"zip": "2"}}')
    world.workflow("welcome", [change, HELLO])
    world.trigger("welcome", "jane")
    world.settle()

    assert properties(world, jane) == {
        "name": "Jane",
        "nickname": "Janey",
        "address": {"city": "Oslo", "zip": "2"},
    }
    [content] = contents(world, jane)
    assert content["blocks"][0]["rendered"] == "<p>Hello Janey</p>"


def test_two_changes_of_one_user_in_one_go_both_hold(world: World) -> None:
    jane = world.user("jane")
    world.workflow("welcome", [update("user", '{"a": 1}', ref="one"), update("user", '{"b": 2}', ref="two")])
    world.trigger("welcome", "jane")
    world.settle()
    assert properties(world, jane) == {"a": 1, "b": 2}


def test_somebody_else_who_changes_the_user_meanwhile_loses_nothing(world: World) -> None:
    jane = world.user("jane")
    world.workflow("welcome", [update("user", '{"a": 1}')])
    world.trigger("welcome", "jane")
    table, put = world.services.table, world.services.table.transact
    others = iter([{"theirs": True}])

    def meanwhile(writes: list[object]) -> None:
        for said in others:
            identify(world.services.recipients, ENV, jane, said, world.now)
        put(writes)  # type: ignore[arg-type]

    table.transact = meanwhile  # type: ignore[method-assign, assignment]
    world.settle()

    assert properties(world, jane) == {"theirs": True, "a": 1}
    assert world.only_run().error_count == 0


def test_whom_a_gid_names_is_changed_and_made_if_need_be(world: World) -> None:
    world.user("jane")
    world.workflow(
        "welcome",
        [
            update("object", '{"status": "open"}', "gid://Object/projects/{{ data.project }}", ref="project"),
            update("tenant", '{"tier": "gold"}', "gid://Object/$tenants/acme", ref="tenant"),
            update("user", '{"seen": true}', "gid://Object/$users/joe", ref="user"),
        ],
    )
    world.trigger("welcome", "jane", data={"project": "p-1"})
    world.settle()

    assert properties(world, RecipientRef("projects", "p-1")) == {"status": "open"}
    assert properties(world, RecipientRef(TENANTS, "acme")) == {"tier": "gold"}
    assert properties(world, RecipientRef("$users", "joe")) == {"seen": True}


def test_who_is_looked_up_by_a_template_is_as_the_steps_before_have_left_them(world: World) -> None:
    jane, joe = world.user("jane"), RecipientRef("$users", "joe")
    world.user("joe", name="Old Joe")
    says = note("{% assign joe = 'joe' | user %}{{ joe.name }}", "in_app_1")
    first = {**says, "ref": "before"}
    renamed = update("user", '{"name": "New Joe"}', joe.gid)
    world.workflow("rename", [first, renamed, says])
    world.trigger("rename", "jane")
    world.settle()

    shown = sorted(content["blocks"][0]["rendered"] for content in contents(world, jane))
    assert shown == ["<p>New Joe</p>", "<p>Old Joe</p>"]


def test_preferences_that_a_step_sets_hold_for_the_steps_after_it(world: World) -> None:
    jane = world.user("jane", nickname="Jane")
    off = '{"preferences": {"default": {"channel_types": {"in_app_feed": false}}}}'
    world.workflow("welcome", [note("Before", "before"), update("user", off), HELLO])
    world.trigger("welcome", "jane")
    world.settle()
    world.advance(3)

    assert [message.source.step_ref for message in world.messages_of(jane)] == ["before"]
    [skipped] = [event.data for event in world.only_run().events if event.event == "step_skipped"]
    assert skipped == {"reason": "preferences_opted_out"}


def test_what_a_tenant_says_for_its_users_holds_for_the_steps_after_it(world: World) -> None:
    jane = world.user("jane")
    off = '{"settings": {"preference_set": {"channel_types": {"in_app_feed": false}}}}'
    world.workflow("welcome", [note("Before", "before"), update("tenant", off), HELLO])
    world.trigger("welcome", "jane", tenant="acme")
    world.settle()
    world.advance(3)

    assert [message.source.step_ref for message in world.messages_of(jane)] == ["before"]


def test_as_many_preference_sets_as_a_transaction_takes_are_set_at_once(world: World) -> None:
    jane = world.user("jane")
    sets = {f"tenant-{number}": {"workflows": {"welcome": False}} for number in range(MAX_SETS)}
    world.workflow("welcome", [HELLO, update("user", json.dumps({"preferences": sets}))])
    world.trigger("welcome", "jane")
    world.settle()
    world.advance(3)

    assert {one.id for one in world.services.preferences.all(ENV, jane)} == set(sets)
    assert world.only_run().has_ended


def test_the_log_tells_what_was_and_what_is(world: World) -> None:
    world.user("jane", plan="free", city="Oslo")
    world.workflow("welcome", [update("user", '{"plan": "pro", "city": "Oslo", "since": 2026}')])
    world.trigger("welcome", "jane")
    world.settle()

    [data] = [event.data for event in world.only_run().events if event.event == "recipient_updated"]
    assert data == {
        "recipient": "gid://Object/$users/jane",
        "created": False,
        "before": {"plan": "free"},
        "after": {"plan": "pro", "since": 2026},
    }


def test_a_user_joins_and_leaves_an_audience_for_the_runs_tenant(world: World) -> None:
    world.user("jane")
    audiences = world.services.audiences
    audiences.create(ENV, "vip", world.now)
    world.workflow("join", [update_audience("add", "vip"), update_audience("add", "vip", ref="again")])
    world.workflow("leave", [update_audience("remove", "vip")])
    here, elsewhere = Membership("jane", "acme"), Membership("jane", None)

    world.trigger("join", "jane", tenant="acme")
    world.settle()
    world.advance(3)
    assert set(audiences.added_at(ENV, "vip", [here, elsewhere])) == {here}

    world.trigger("leave", "jane", tenant="acme")
    world.settle()
    assert audiences.added_at(ENV, "vip", [here, elsewhere]) == {}
    assert [run.error_count for run in world.all_runs()] == [0, 0]


@pytest.mark.parametrize(("first", "then"), [("add", "remove"), ("remove", "add")])
def test_who_joins_and_leaves_in_one_go_is_where_the_last_step_says(
    world: World, first: str, then: str
) -> None:
    world.user("jane")
    audiences, jane = world.services.audiences, Membership("jane", None)
    audiences.create(ENV, "vip", world.now)
    if first == "remove":
        audiences.add_all(ENV, "vip", [Addition(jane, world.now)])
    world.workflow("turn", [update_audience(first, "vip", "one"), update_audience(then, "vip", "two")])
    world.trigger("turn", "jane")
    world.settle()
    world.advance(3)

    assert set(audiences.added_at(ENV, "vip", [jane])) == ({jane} if then == "add" else set())


def test_who_is_deleted_while_joining_is_in_no_audience(world: World) -> None:
    jane = world.user("jane")
    audiences = world.services.audiences
    audiences.create(ENV, "vip", world.now)
    world.workflow("join", [update_audience("add", "vip")])
    world.trigger("join", "jane")
    table, transact = world.services.table, world.services.table.transact
    leaving = iter([jane])

    def meanwhile(writes: list[object]) -> None:
        for ref in leaving:
            world.delete(ref)
        transact(writes)  # type: ignore[arg-type]

    table.transact = meanwhile  # type: ignore[method-assign, assignment]
    world.settle()

    assert audiences.added_at(ENV, "vip", [Membership("jane", None)]) == {}
    assert world.only_run().events[-1].data == {"reason": "recipient_missing"}


def test_a_user_is_changed_and_joins_in_one_go(world: World) -> None:
    jane = world.user("jane")
    audiences = world.services.audiences
    audiences.create(ENV, "vip", world.now)
    world.workflow("join", [update("user", '{"plan": "pro"}'), update_audience("add", "vip")])
    world.trigger("join", "jane")
    world.settle()

    assert properties(world, jane) == {"plan": "pro"}
    assert audiences.added_at(ENV, "vip", [Membership("jane", None)])


def test_a_condition_knows_who_has_just_joined(world: World) -> None:
    jane = world.user("jane")
    world.services.audiences.create(ENV, "vip", world.now)
    member = {"variable": "recipient", "operator": "is_audience_member", "argument": "vip"}
    for_members = {**note("Welcome", "in_app_1"), "conditions": {"all": [member]}}
    world.workflow("join", [update_audience("add", "vip"), for_members])
    world.trigger("join", "jane")
    world.settle()
    world.advance(3)

    assert len(world.messages_of(jane)) == 1


@pytest.mark.parametrize(
    ("step", "reason", "words"),
    [
        (update("user", "nonsense"), "invalid_properties", "is not JSON"),
        (update("user", '{"channel_data": {}}'), "invalid_properties", "channel_data"),
        (update("user", '{"preferences": 1}'), "invalid_properties", "preferences"),
        (update("user", '{"preferences": {"": {}}}'), "invalid_properties", "must not be empty"),
        (update("user", TOO_MANY_SETS), "invalid_properties", "at most"),
        (update("user", '{"name": "\\ud83d"}'), "invalid_properties", "is not JSON"),
        (update("tenant", '{"settings": 7}', "gid://Object/$tenants/a"), "invalid_properties", "settings"),
        (update("object", "{}", f"gid://Object/{'c' * 600}/x"), "invalid_target", "at most 256"),
        (update("tenant", "{}"), "invalid_target", "no tenant"),
        (update("user", "{}", "gid://Object/$tenants/x"), "invalid_target", "$users"),
        (update("object", "{}", "projects/1"), "invalid_target", "gid://Object"),
        (update("object", "{}", "gid://Object/$users/jane"), "invalid_target", "is not an object"),
        (update_audience("add", "nobody-knows"), "audience_missing", "nobody-knows"),
    ],
)
def test_a_change_that_cannot_be_made_ends_the_run_and_says_why(
    world: World, step: dict[str, object], reason: str, words: str
) -> None:
    jane = world.user("jane", nickname="Jane")
    world.workflow("welcome", [step, HELLO])
    world.trigger("welcome", "jane")
    world.settle()

    data = failure(world)
    assert data["reason"] == reason
    assert words in str(data["message"])
    assert world.messages_of(jane) == []
