"""The tiers of our endpoints against the reference's, where its document is at hand."""

import json
import re
from functools import cache

import pytest

from admin.openapi import generate
from tests.contract import reference
from tocsin.domain.rate_limits import Tier
from tocsin.lambda_kit.rate_limits import BY_USER_OF_PATH, EXCEPTIONS, matches, tier_of

TIER = "x-ratelimit-tier"


@cache
def _ours() -> list[str]:
    """Every endpoint that we serve, as its route spells it."""
    paths = json.loads(generate())["paths"]
    return [f"{method.upper()} {path}" for path, operations in paths.items() for method in operations]


def _nameless(endpoint: str) -> str:
    """Parameters are called differently here and there."""
    return re.sub(r"\{[^}]+\}", "{}", endpoint)


def test_every_endpoint_is_in_the_tier_that_the_reference_puts_it_in(
    capsys: pytest.CaptureFixture[str],
) -> None:
    paths = reference.document(reference.require())["paths"]
    theirs = {
        _nameless(f"{method.upper()} {path}"): operation[TIER]
        for path, operations in paths.items()
        for method, operation in operations.items()
        if method in reference.METHODS and TIER in operation
    }
    ours = {_nameless(endpoint): tier_of(endpoint) for endpoint in _ours()}
    compared = ours.keys() & theirs.keys()
    with capsys.disabled():
        print(
            f"\n{len(compared)} tiers compared; of the reference, not served: {sorted(theirs.keys() - ours.keys())}"
        )
    assert compared
    assert {name: ours[name] for name in compared} == {name: Tier(theirs[name]) for name in compared}


def test_no_exception_is_left_over_from_an_endpoint_that_is_gone() -> None:
    assert [pattern for pattern in EXCEPTIONS if not any(matches(pattern, ours) for ours in _ours())] == []


def test_what_is_counted_by_the_user_in_its_path_has_one() -> None:
    assert set(_ours()) >= BY_USER_OF_PATH
    assert all("{user_id}" in endpoint for endpoint in BY_USER_OF_PATH)


def test_no_endpoint_is_in_two_minds() -> None:
    for endpoint in _ours():
        tiers = {tier for pattern, tier in EXCEPTIONS.items() if matches(pattern, endpoint)}
        assert len(tiers) <= 1, endpoint
