"""Who gets a guide, and what was done with it: the rules by themselves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tocsin.domain.definitions import DefinitionKind, Draft, Head
from tocsin.domain.guide_eligibility import Reason, Viewer, ineligibility
from tocsin.domain.guide_engagement import (
    GuideEngagement,
    StepChange,
    archived,
    interacted,
    last_throttling,
    seen,
)
from tocsin.domain.guides import Guide

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
FRESH = GuideEngagement("tour", None, NOW)


def _guide(*refs: str, values: dict[str, Any] | None = None, **content: Any) -> Guide:
    steps = [
        {"ref": ref, "schema_key": f"{ref}-card", "schema_semver": "1.0.0", "schema_variant_key": "default"}
        | ({"values": values} if values else {})
        for ref in refs or ("one", "two")
    ]
    draft = Draft(DefinitionKind.GUIDE, "tour", {}, "sha", created_at=NOW, updated_at=LATER)
    head = Head(DefinitionKind.GUIDE, "tour", "version", "sha", active=True, version=3)
    return Guide.from_definition("development", draft, head, {"channel_key": "c", "steps": steps, **content})


def _marked(*marks: tuple[str, StepChange]) -> GuideEngagement:
    engagement = FRESH
    for ref, change in marks:
        engagement = engagement.marked(ref, change, "jane", NOW)
    return engagement


def _reason(guide: Guide, **viewer: Any) -> Reason | None:
    marker = ineligibility(guide, Viewer(**{"scope": {}, **viewer}), NOW)
    return marker.reason if marker else None


def test_a_guide_is_of_the_type_of_its_first_step_and_keeps_its_id() -> None:
    guide, promoted = _guide(), replace(_guide(), revision=4)
    assert (guide.type, guide.revision, guide.inserted_at) == ("one-card", 3, NOW)
    assert guide.id == promoted.id


@pytest.mark.parametrize(
    ("values", "has_liquid"),
    [
        ({"title": "Hello {world}", "count": 3, "on": True, "none": None}, False),
        ({"title": "{{ recipient.name }}"}, True),
        ({"links": [{"url": "{% if data.x %}a{% endif %}"}]}, True),
        ({"{{ name }}": "plain"}, False),
    ],
)
def test_only_what_holds_liquid_must_be_rendered(values: dict[str, Any], has_liquid: bool) -> None:
    assert _guide("one", values=values).steps[0].has_liquid is has_liquid


def test_everybody_gets_a_guide_that_is_aimed_at_nobody() -> None:
    assert _reason(_guide()) is None


def test_the_first_reason_is_told() -> None:
    conditions = {"all": [{"variable": "data.x", "operator": "equal_to", "argument": "1"}]}
    guide = _guide(target_audience_key="vip", target_property_conditions=conditions)
    over = {"tour": _marked(("one", archived(NOW, is_final=True)))}
    member = {"audiences": frozenset({"vip"})}

    assert _reason(replace(guide, active=False), engagements=over) is Reason.NOT_ACTIVE
    assert _reason(guide, engagements=over) is Reason.ARCHIVED
    assert _reason(guide) is Reason.NOT_IN_AUDIENCE
    assert _reason(guide, audiences=frozenset({"vips"})) is Reason.NOT_IN_AUDIENCE
    assert _reason(guide, **member) is Reason.CONDITIONS_NOT_MET
    assert _reason(guide, **member, scope={"data": {"x": "1"}}) is None


@pytest.mark.parametrize(
    ("marks", "over"),
    [
        ([], False),
        ([("one", archived(NOW))], False),
        ([("one", archived(NOW)), ("two", seen(NOW))], False),
        ([("one", archived(NOW)), ("two", archived(NOW))], True),
        ([("two", archived(NOW, is_final=True))], True),
        ([("gone", archived(NOW))], False),
    ],
)
def test_a_guide_is_over_with_its_last_or_its_final_step(
    marks: list[tuple[str, StepChange]], over: bool
) -> None:
    assert _marked(*marks).is_archived(("one", "two")) is over


def test_a_step_that_was_added_since_brings_an_archived_guide_back() -> None:
    engagement = _marked(("one", archived(NOW)))
    assert engagement.is_archived(("one",))
    assert not engagement.is_archived(("one", "new"))


@pytest.mark.parametrize("change", [seen, archived])
def test_the_first_date_stays(change: Any) -> None:
    once = _marked(("one", change(NOW)))
    assert once.marked("one", change(LATER), "jane", LATER) is once


def test_the_last_interaction_counts() -> None:
    twice = _marked(("one", interacted({"a": 1}, NOW)), ("one", interacted(None, LATER)))
    assert (twice.steps["one"].interacted_at, twice.steps["one"].metadata) == (LATER, {"a": 1})


def test_a_step_has_one_id_and_each_tenant_another() -> None:
    once = _marked(("one", seen(NOW)))
    again = once.marked("one", archived(LATER), "jane", LATER)
    elsewhere = replace(FRESH, tenant="acme").marked("one", seen(NOW), "jane", NOW)
    assert again.steps["one"].id == once.steps["one"].id != elsewhere.steps["one"].id
    assert _marked(("two", seen(NOW))).steps["two"].id != once.steps["one"].id


def test_unarchiving_what_is_not_archived_changes_nothing() -> None:
    once = _marked(("one", seen(NOW)))
    assert once.unarchived(LATER) is once


def test_unarchiving_takes_the_final_word_back() -> None:
    engagement = _marked(("one", seen(NOW)), ("one", archived(NOW, is_final=True, unthrottled=True)))
    shown = engagement.unarchived(LATER)
    assert shown.steps == _marked(("one", seen(NOW))).steps
    assert shown.updated_at == LATER


def test_a_throttle_window_opens_with_the_last_guide_that_keeps_a_distance() -> None:
    first = _marked(("one", archived(NOW)), ("two", seen(LATER)))
    unthrottled = _marked(("one", archived(LATER, unthrottled=True)))
    assert last_throttling([]) is None
    assert last_throttling([unthrottled]) is None
    assert last_throttling([first, unthrottled]) == NOW
    assert last_throttling([first, _marked(("one", archived(LATER)))]) == LATER
