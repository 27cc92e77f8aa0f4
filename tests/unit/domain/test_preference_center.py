"""The page of preferences: what it shows, what it may change, and that nothing else is changed by it."""

import pytest

from tocsin.domain.preference_center import Toggle, requested, toggles
from tocsin.domain.preferences import Settings, merge_preferences

CONDITIONAL = {"conditions": [{"variable": "recipient.plan", "operator": "equal_to", "argument": "pro"}]}
DEFAULTS: Settings = {
    "categories": {
        "news": True,
        "billing": {"channel_types": {"email": True, "sms": False, "push": CONDITIONAL}},
    },
    "workflows": {
        "digest": CONDITIONAL,
        "security": {"__strategy__": "replace", "channel_types": {"email": True}},
    },
    "channel_types": {"push": True},
    "channels": {"c-1": False},
}


def shown(own: Settings) -> dict[tuple[str, ...], tuple[bool, bool]]:
    return {toggle.path: (toggle.is_on, toggle.is_fixed) for toggle in toggles(DEFAULTS, own)}


def test_it_shows_what_the_environment_names_as_the_person_has_it() -> None:
    own = {"categories": {"news": False, "secret-project": True}, "workflows": {"hidden": False}}

    assert shown(own) == {
        ("categories", "news"): (False, False),
        ("categories", "billing", "channel_types", "email"): (True, False),
        ("categories", "billing", "channel_types", "sms"): (False, False),
        ("categories", "billing", "channel_types", "push"): (True, True),
        ("workflows", "digest"): (True, True),
        ("workflows", "security", "channel_types", "email"): (True, True),
        ("channel_types", "push"): (True, False),
        ("commercial_subscribed",): (True, False),
    }


@pytest.mark.parametrize("defaults", [{}, {"channels": {"c-1": True}}])
def test_commercial_messages_can_be_declined_where_nothing_else_can(defaults: Settings) -> None:
    assert toggles(defaults, {}) == [Toggle(("commercial_subscribed",), is_on=True)]
    assert toggles(defaults, {"commercial_subscribed": False}) == [
        Toggle(("commercial_subscribed",), is_on=False)
    ]


def test_only_what_was_changed_is_set() -> None:
    offered = toggles(DEFAULTS, {})
    names = {toggle.path[-1]: toggle.name for toggle in offered}
    on = [toggle.name for toggle in offered if toggle.is_on and toggle.path != ("categories", "news")]

    request = requested(offered, [toggle.name for toggle in offered], [*on, names["sms"]])

    assert request == {
        "categories": {"news": False, "billing": {"channel_types": {"sms": True}}},
    }
    after = merge_preferences({"categories": {"other": True}}, request)
    assert after["categories"]["other"] is True
    assert not requested(toggles(DEFAULTS, after), [], [])


def test_a_form_changes_nothing_that_it_did_not_ask_nor_what_is_fixed_nor_what_was_never_shown() -> None:
    offered = toggles(DEFAULTS, {})
    fixed = [toggle.name for toggle in offered if toggle.is_fixed]

    assert requested(offered, [], []) == {}
    assert requested(offered, [*fixed, '["workflows","hidden"]', "nonsense"], ['["channels","c-1"]']) == {}
