"""What preferences say of one message. Whatever says anything must agree; nothing said is a yes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.channels import Channel
from tocsin.domain.definitions import Workflow
from tocsin.domain.message_ranks import Standing
from tocsin.domain.preference_decisions import Decision, decide
from tocsin.domain.preferences import HeldPreferences, PreferenceSet, Settings
from tocsin.domain.recipients import user

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
EMAIL = Channel("00000000-0000-4000-8000-00000000000e", "email", "Email", "email", "email_aws_ses", NOW, NOW)
OTHER = "00000000-0000-4000-8000-0000000000ff"
SCOPE = {
    "data": {"urgent": True, "team": "blue"},
    "recipient": {"team": "blue"},
    "refs": {"a": {"b": "c"}},
    "event": {"name": "c"},
}
JANE = user("jane")


def when(variable: str, argument: object) -> dict[str, Any]:
    return {"conditions": [{"variable": variable, "operator": "equal_to", "argument": argument}]}


URGENT, CALM = when("data.urgent", "true"), when("data.urgent", "false")


def asked(settings: Settings, categories: tuple[str, ...] = ("news", "team"), **workflow: Any) -> Decision:
    comments = Workflow("comments", "v1", "Comments", (), categories, settings=workflow)
    return decide(settings, comments, EMAIL, SCOPE, NOW)


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        ({}, True),
        ({"channel_types": {"email": False}}, False),
        ({"channel_types": {"sms": False}}, True),
        ({"channels": {EMAIL.id: False}}, False),
        ({"channels": {OTHER: False}}, True),
        ({"channels": {EMAIL.id.upper(): False}}, False),
        ({"channels": {EMAIL.id: True}, "channel_types": {"email": False}}, True),
        ({"channels": {EMAIL.id: False}, "channel_types": {"email": True}}, False),
        ({"channels": {EMAIL.id: URGENT}, "channel_types": {"email": False}}, True),
        ({"channel_types": {"__strategy__": "replace", "email": False}}, False),
        ({"categories": {"news": False}}, False),
        ({"categories": {"news": True, "team": False}}, False),
        ({"categories": {"other": False}}, True),
        ({"categories": {"news": {"channel_types": {"email": False}}}}, False),
        ({"categories": {"news": {"channel_types": {"sms": False}}}}, True),
        (
            {"categories": {"news": {"conditions": CALM["conditions"], "channel_types": {"email": True}}}},
            False,
        ),
        ({"categories": {"news": {"conditions": URGENT["conditions"]}}}, True),
        ({"categories": {"news": {"conditions": []}}}, True),
        ({"workflows": {"comments": False}}, False),
        ({"workflows": {"other": False}}, True),
        (
            {"workflows": {"comments": {"channels": {EMAIL.id: False}, "channel_types": {"email": True}}}},
            False,
        ),
        ({"workflows": {"comments": {"channel_types": {"email": CALM}}}}, False),
        ({"categories": {"news": False}, "workflows": {"comments": True}}, False),
        (
            {"workflows": {"comments": {"channels": {EMAIL.id: True}}}, "channel_types": {"email": False}},
            False,
        ),
        ({"workflows": {"comments": when("data.team", "recipient.team")}}, True),
        ({"commercial_subscribed": False}, True),
    ],
)
def test_every_scope_that_says_something_must_agree(settings: Settings, allowed: bool) -> None:
    assert asked(settings).allowed is allowed


@pytest.mark.parametrize(
    ("said", "allowed"), [(None, True), (True, True), (False, False), (URGENT, True), (CALM, False)]
)
def test_commercial_workflows_reach_those_who_are_subscribed(said: object, allowed: bool) -> None:
    settings = {} if said is None else {"commercial_subscribed": said}

    decision = asked(settings, is_commercial=True)

    assert decision.allowed is allowed
    assert decision.is_unsubscribed is not allowed


def test_an_override_ignores_all_but_who_unsubscribed_from_commercial_messages() -> None:
    settings = {"workflows": {"comments": False}, "commercial_subscribed": False}

    assert asked(settings, override_preferences=True).allowed
    assert not asked(settings, override_preferences=True, is_commercial=True).allowed


def test_a_refusal_names_every_rule_that_refuses_and_the_condition_that_did_not_hold() -> None:
    settings = {
        "channel_types": {"email": True},
        "categories": {"news": {"channel_types": {"email": CALM}}},
        "workflows": {"comments": False},
    }

    decision = asked(settings)

    assert [(rule.path, rule.allows) for rule in decision.rules] == [
        ("channel_types.email", True),
        ("categories.news.channel_types.email", False),
        ("workflows.comments", False),
    ]
    unmet = decision.rules[1].unmet
    assert unmet is not None
    assert (unmet.variable, unmet.argument) == ("data.urgent", "false")


@pytest.mark.parametrize("variable", ["refs.a.b", "event.name"])
def test_preferences_know_nothing_of_other_steps_and_events(variable: str) -> None:
    assert not asked({"workflows": {"comments": when(variable, "c")}}).allowed


class Vips:
    """A run that knows who is in an audience, and what became of its messages."""

    def standing(self, ref: str) -> Standing | None:
        return Standing("sent")

    def is_member(self, audience: str) -> bool:
        return audience == "vip"


@pytest.mark.parametrize(("audience", "allowed"), [("vip", True), ("staff", False)])
def test_preferences_may_ask_who_is_in_an_audience(audience: str, allowed: bool) -> None:
    member = {"variable": "recipient", "operator": "is_audience_member", "argument": audience}
    comments = Workflow("comments", "v1", "Comments", ())
    settings = {"workflows": {"comments": {"conditions": [member]}}}

    assert decide(settings, comments, EMAIL, SCOPE, NOW, Vips()).allowed is allowed


def test_preferences_may_not_ask_for_messages_also_where_the_run_knows_them() -> None:
    comments = Workflow("comments", "v1", "Comments", ())
    settings = {"workflows": {"comments": when("refs.a.delivery_status", "$message.sent")}}

    [rule] = decide(settings, comments, EMAIL, SCOPE, NOW, Vips()).rules

    assert not rule.allows
    assert "not known here" in str(rule.problem)


def test_what_cannot_be_evaluated_is_a_no_that_says_why() -> None:
    unknown = {"conditions": [{"variable": "recipient", "operator": "resembles", "argument": "x"}]}

    [rule] = asked({"workflows": {"comments": unknown}}).rules

    assert not rule.allows
    assert "resembles" in str(rule.problem)


# --- whatever else is said

choices = st.sampled_from([True, False, URGENT, CALM])
channels = st.dictionaries(st.sampled_from([EMAIL.id, OTHER]), choices)
types = st.dictionaries(st.sampled_from(["email", "sms"]), choices)
scopes = st.booleans() | st.fixed_dictionaries(
    {},
    optional={
        "channels": channels,
        "channel_types": types,
        "conditions": st.sampled_from([URGENT["conditions"], CALM["conditions"]]),
    },
)
sets: st.SearchStrategy[Settings] = st.fixed_dictionaries(
    {},
    optional={
        "channels": channels,
        "channel_types": types,
        "categories": st.dictionaries(st.sampled_from(["news", "team", "other"]), scopes),
        "workflows": st.dictionaries(st.sampled_from(["comments", "other"]), scopes),
        "commercial_subscribed": choices,
    },
)


@given(sets, st.booleans())
def test_a_message_goes_out_exactly_when_every_scope_by_itself_would_let_it(
    settings: Settings, is_commercial: bool
) -> None:
    channel_maps: Settings = {
        part: settings[part] for part in ("channels", "channel_types") if part in settings
    }
    alone: list[Settings] = [
        {part: {key: said}}
        for part in ("categories", "workflows")
        for key, said in settings.get(part, {}).items()
    ]
    commercial: Settings = {"commercial_subscribed": settings.get("commercial_subscribed", True)}

    each = [asked(one, is_commercial=is_commercial).allowed for one in (channel_maps, commercial, *alone)]

    assert asked(settings, is_commercial=is_commercial).allowed is all(each)


@given(
    sets,
    st.sampled_from(
        [("categories", "news"), ("categories", "team"), ("workflows", "comments"), ("channels", EMAIL.id)]
    ),
)
def test_nothing_undoes_a_refusal(settings: Settings, refused: tuple[str, str]) -> None:
    part, key = refused
    assert not asked({**settings, part: {**settings.get(part, {}), key: False}}).allowed


# --- which set holds

NO, YES = {"channel_types": {"email": False}}, {"channel_types": {"email": True}}


@pytest.mark.parametrize(
    ("own", "tenant", "holds"),
    [
        ({}, {}, PreferenceSet("default", {"workflows": {"a": False}})),
        ({"default": NO}, {}, PreferenceSet("default", {"workflows": {"a": False}, **NO})),
        ({"default": NO}, {"categories": {"x": True}},
         PreferenceSet("acme", {"workflows": {"a": False}, "categories": {"x": True}})),
        ({"default": NO, "acme": {}}, {}, PreferenceSet("acme", {"workflows": {"a": False}})),
        ({"acme": YES}, NO, PreferenceSet("acme", {"workflows": {"a": False}, **YES})),
        ({"default": {"commercial_subscribed": False}, "acme": {"commercial_subscribed": True}}, {},
         PreferenceSet("acme", {"workflows": {"a": False}, "commercial_subscribed": False})),
    ],
    ids=["environment", "own", "tenant's takes its place", "for the tenant", "own over tenant's", "commercial"],
)  # fmt: skip
def test_for_a_tenant_its_set_and_the_recipients_set_for_it_hold_if_there_is_one(
    own: dict[str, Settings], tenant: Settings, holds: PreferenceSet
) -> None:
    held = HeldPreferences({"workflows": {"a": False}}, {JANE: own})
    assert held.resolved(JANE, "acme", tenant) == holds


def test_without_a_tenant_the_sets_for_tenants_say_nothing() -> None:
    held = HeldPreferences({}, {JANE: {"acme": NO}})
    assert held.resolved(JANE, None, {}) == PreferenceSet("default", {})
