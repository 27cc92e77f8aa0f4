"""`python -m admin audience-triggers`, as an operator types it."""

import json

from admin.connection import Stores
from tests.builders.terminal import Terminal
from tocsin.domain.definitions import Commit, DefinitionKind, Head, Version

WORKFLOW = DefinitionKind.WORKFLOW


def commit(stores: Stores, key: str) -> None:
    version = Version(WORKFLOW, key, "v-1", {"name": key, "steps": []})
    commit = Commit("c-1", WORKFLOW, key, "v-1", "", "", stores.clock())
    stores.definitions.publish("development", version, Head(WORKFLOW, key, "v-1", "sha", True), commit)


def test_triggers_are_set_listed_and_taken_away(seeded: Terminal, stores: Stores) -> None:
    commit(stores, "hello")
    there = ("--environment", "development")

    said = seeded.out("audience-triggers", "set", "vips", "hello", *there)
    assert said == "Whoever comes into vips in development triggers hello; it holds within ten seconds.\n"
    assert "vips      hello" in seeded.out("audience-triggers", "list", *there)
    [shown] = json.loads(seeded.out("audience-triggers", "list", *there, "--json"))
    assert shown == {"audience_key": "vips", "environment": "development", "workflows": ["hello"]}
    _, _, note = seeded.run("audience-triggers", "list", "--environment", "production")
    assert "No audience triggers a workflow in production" in note

    assert "triggers nothing" in seeded.out("audience-triggers", "set", "vips", *there)
    assert stores.definitions.audience_triggers("development") == {}


def test_what_is_wrong_is_said_in_a_sentence(seeded: Terminal) -> None:
    code, _, err = seeded.run("audience-triggers", "set", "vips", "nothing", "--environment", "development")
    assert (code, "no workflow 'nothing' has been committed in development" in err) == (1, True)

    code, _, err = seeded.run("audience-triggers", "list", "--environment", "moon")
    assert (code, "there is no environment 'moon'" in err) == (1, True)
