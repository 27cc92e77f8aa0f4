"""What a user token allows, by its claims alone."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.user_tokens import RESOURCES, grants
from tocsin.domain.errors import InvalidUserTokenError
from tocsin.domain.grants import PER_TENANT, Grant, UserRights, rights_of
from tocsin.domain.reach import Reach
from tocsin.domain.recipients import TENANTS, RecipientRef, user

JANE = user("jane")
ACME = RecipientRef(TENANTS, "acme")
PROJECT = RecipientRef("projects", "p/1")


def rights(**claims: Any) -> UserRights:
    return rights_of({"sub": "jane", **claims}, "jane")


def tenants(found: Reach | None) -> frozenset[str | None]:
    assert found is not None
    assert found.recipient == JANE
    assert found.tenants is not None
    return found.tenants


@pytest.mark.parametrize("claims", [{}, {"grants": {}}, {"grants": None}, {"explicit_grants": False}])
@pytest.mark.parametrize("grant", list(Grant))
def test_without_grants_a_user_does_everything_with_their_own(claims: dict[str, Any], grant: Grant) -> None:
    assert rights(**claims).reach(grant) == Reach(JANE)


@pytest.mark.parametrize("grant", list(Grant))
def test_an_object_is_out_of_reach_without_a_grant_on_it(grant: Grant) -> None:
    assert not rights().holds(PROJECT, grant)


def test_a_grant_on_an_object_adds_to_what_the_user_has() -> None:
    found = rights(grants=grants(objects__projects__p__1=["channel_data/read"]))
    assert found.holds(PROJECT, Grant.CHANNEL_DATA_READ)
    assert not found.holds(PROJECT, Grant.CHANNEL_DATA_WRITE)
    assert not found.holds(RecipientRef("projects", "p"), Grant.CHANNEL_DATA_READ)
    assert found.reach(Grant.FEED_WRITE) == Reach(JANE)


def test_an_id_is_the_text_that_stands_there_and_not_what_it_would_decode_to() -> None:
    found = rights(grants=grants(**{"objects__projects__p%2F1": ["channel_data/read"]}))
    assert not found.holds(PROJECT, Grant.CHANNEL_DATA_READ)
    assert found.holds(RecipientRef("projects", "p%2F1"), Grant.CHANNEL_DATA_READ)


@pytest.mark.parametrize("grant", list(Grant))
def test_explicit_grants_without_any_allow_nothing(grant: Grant) -> None:
    assert rights(explicit_grants=True).reach(grant) is None


@pytest.mark.parametrize("wanted", list(Grant))
def test_explicit_grants_allow_what_is_listed_and_nothing_else(wanted: Grant) -> None:
    found = rights(explicit_grants=True, grants=grants(users__jane=[wanted.value]))
    assert [grant for grant in Grant if found.reach(grant)] == [wanted]


@pytest.mark.parametrize(
    ("spelling", "grant"),
    [
        ("feed/read", Grant.FEED_READ),
        ("user/feed_read", Grant.FEED_READ),
        ("user_feed/read", Grant.FEED_READ),
        ("user/feed_write", Grant.FEED_WRITE),
        ("user/guide_write", Grant.GUIDE_WRITE),
        ("user_guide/read", Grant.GUIDE_READ),
        ("preferences/write", Grant.PREFERENCES_WRITE),
        ("channel_data/read", Grant.CHANNEL_DATA_READ),
        ("user/read", Grant.USER_READ),
        ("user/write", Grant.USER_WRITE),
    ],
)
@pytest.mark.parametrize("exceptions", [[{}], []], ids=["as documented", "as the official signer"])
def test_every_spelling_of_a_grant_is_understood(spelling: str, grant: Grant, exceptions: Any) -> None:
    mine = {f"{RESOURCES}/users/jane": {spelling: exceptions}}
    found = rights(explicit_grants=True, grants=mine)
    assert [one for one in Grant if found.reach(one)] == [grant]


@pytest.mark.parametrize("name", ["slack/channels_read", "made/up", "", "FEED/READ", "user/feed_read "])
def test_a_name_that_nothing_asks_for_grants_nothing(name: str) -> None:
    found = rights(explicit_grants=True, grants=grants(users__jane=[name]))
    assert not any(found.reach(grant) for grant in Grant)


# --- tenants


@pytest.mark.parametrize("resource", ["tenants__acme", "objects__$tenants__acme"])
@pytest.mark.parametrize("explicit", [True, False])
def test_a_tenant_narrows_feeds_to_itself(resource: str, explicit: bool) -> None:
    found = rights(explicit_grants=explicit, grants=grants(**{resource: ["user_feed/read"]}))
    assert tenants(found.reach(Grant.FEED_READ)) == {"acme"}


def test_what_belongs_to_no_tenant_takes_a_grant_on_the_user_beside_the_tenant() -> None:
    both = grants(users__jane=["user_feed/read"], tenants__acme=["user_feed/read"])
    for explicit in (True, False):
        assert tenants(rights(explicit_grants=explicit, grants=both).reach(Grant.FEED_READ)) == {None, "acme"}
    profile_only = grants(users__jane=["user/read"], tenants__acme=["user_feed/read"])
    assert tenants(rights(grants=profile_only).reach(Grant.FEED_READ)) == {"acme"}


def test_explicit_grants_hold_for_each_tenant_by_itself() -> None:
    given_ = grants(tenants__acme=["feed/read", "feed/write"], tenants__globex=["feed/read"])
    found = rights(explicit_grants=True, grants=given_)
    assert tenants(found.reach(Grant.FEED_READ)) == {"acme", "globex"}
    assert tenants(found.reach(Grant.FEED_WRITE)) == {"acme"}
    assert found.reach(Grant.PREFERENCES_READ) is None


def test_without_explicit_grants_a_tenant_narrows_where_and_not_what() -> None:
    found = rights(grants=grants(tenants__acme=["feed/read"]))
    assert all(tenants(found.reach(grant)) == {"acme"} for grant in PER_TENANT)
    assert found.reach(Grant.USER_WRITE) == Reach(JANE)


@pytest.mark.parametrize("names", [[], ["fed/read"], ["fed/read", "channel_data/read"]])
def test_a_tenant_whose_grants_are_misspelt_narrows_all_the_same(names: list[str]) -> None:
    found = rights(grants=grants(tenants__acme=names))
    assert tenants(found.reach(Grant.FEED_READ)) == {"acme"}


@pytest.mark.parametrize(
    "names", [["slack/channels_read"], ["ms_teams/channels_read", "channel_data/read", "channel_data/write"]]
)
def test_what_the_chat_kits_need_of_a_tenant_leaves_feeds_alone(names: list[str]) -> None:
    found = rights(grants=grants(**{"objects__$tenants__acme": names}))
    assert found.reach(Grant.FEED_READ) == Reach(JANE)


def test_a_tenant_named_in_both_ways_has_the_grants_of_both() -> None:
    found = rights(
        explicit_grants=True,
        grants=grants(**{"tenants__acme": ["feed/read"], "objects__$tenants__acme": ["feed/write"]}),
    )
    assert tenants(found.reach(Grant.FEED_READ)) == tenants(found.reach(Grant.FEED_WRITE)) == {"acme"}


# --- what cannot be understood


@pytest.mark.parametrize(
    "malformed",
    [
        [],
        "feed/read",
        1,
        True,
        {f"{RESOURCES}/users/jane": None},
        {f"{RESOURCES}/users/jane": ["feed/read"]},
        {f"{RESOURCES}/users/jane": {"feed/read": None}},
        {f"{RESOURCES}/users/jane": {"feed/read": {}}},
        {f"{RESOURCES}/users/jane": {"feed/read": True}},
        {f"{RESOURCES}/users/jane": {"feed/read": ["x"]}},
        {f"{RESOURCES}/users/jane": {"feed/read": [{"tenant": "acme"}]}},
        {f"{RESOURCES}/users/jane": {"feed/read": [{}, {"tenant": "acme"}]}},
        {f"{RESOURCES}/users/tom": {"feed/read": [{}]}},
        {f"{RESOURCES}/objects/$users/tom": {"feed/read": [{}]}},
        {f"{RESOURCES}/users/": {}},
        {f"{RESOURCES}/users": {}},
        {f"{RESOURCES}/tenants/": {}},
        {f"{RESOURCES}/tenant/acme": {}},
        {f"{RESOURCES}/objects/projects": {}},
        {f"{RESOURCES}/objects//x": {}},
        {f"{RESOURCES}/objects/$odd/x": {}},
        {"": {}},
        {"jane": {}},
        {"users/jane": {}},
        {"https://api.example.test/v1/users/jane": {}},
        {"https://api.knock.app/v2/users/jane": {}},
    ],
)
@pytest.mark.parametrize("explicit", [True, False])
def test_grants_that_cannot_be_understood_make_the_token_invalid(malformed: Any, explicit: bool) -> None:
    with pytest.raises(InvalidUserTokenError):
        rights(explicit_grants=explicit, grants=malformed)


@pytest.mark.parametrize("explicit", [None, "true", "false", 1, 0, [], {}])
def test_explicit_grants_are_true_or_false(explicit: Any) -> None:
    with pytest.raises(InvalidUserTokenError, match="explicit_grants"):
        rights(explicit_grants=explicit)


# --- never more than was granted

SPELLINGS = {
    "user/feed_read": "feed/read",
    "user_feed/write": "feed/write",
    "slack/channels_read": "",
    "?": "",
}
SPELLINGS |= {grant.value: grant.value for grant in Grant}
MINE = ("users/jane", "objects/$users/jane")
OTHERS = ("tenants/acme", "tenants/globex", "objects/$tenants/acme", "objects/projects/p/1")
PLACES = st.sampled_from([f"{RESOURCES}/{place}" for place in MINE + OTHERS])
VALUES: list[list[dict[str, Any]]] = [[{}], []]
NAMES = st.dictionaries(st.sampled_from(sorted(SPELLINGS)), st.sampled_from(VALUES), max_size=4)
CLAIMS = st.fixed_dictionaries(
    {"grants": st.dictionaries(PLACES, NAMES, max_size=4), "explicit_grants": st.booleans()}
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
ODD_PLACES = PLACES | st.sampled_from([f"{RESOURCES}/users/tom", f"{RESOURCES}/objects/x"]) | st.text()
ODD_CLAIMS = st.fixed_dictionaries(
    {}, optional={"grants": st.dictionaries(ODD_PLACES, NAMES | JSON) | JSON, "explicit_grants": JSON}
)


def lists(claims: dict[str, Any], grant: Grant, *places: str) -> bool:
    found = claims.get("grants") or {}
    return any(
        SPELLINGS.get(name) == grant for place in places for name in found.get(f"{RESOURCES}/{place}", ())
    )


def places_of(tenant: str | None) -> tuple[str, ...]:
    return MINE if tenant is None else (f"tenants/{tenant}", f"objects/$tenants/{tenant}")


@settings(max_examples=500)
@given(CLAIMS)
def test_no_claims_yield_more_than_their_grants(claims: dict[str, Any]) -> None:
    found = rights_of(claims, "jane")
    is_narrowed = any(lists(claims, grant, *OTHERS[:3]) for grant in PER_TENANT)
    for grant in Grant:
        assert not found.holds(PROJECT, grant) or lists(claims, grant, "objects/projects/p/1")
        reach = found.reach(grant)
        if reach is None:
            continue
        assert reach.recipient == JANE
        assert reach.tenants is not None or not (is_narrowed and grant in PER_TENANT)
        for tenant in reach.tenants or {None}:
            assert not found.explicit or lists(claims, grant, *places_of(tenant))
        for tenant in reach.tenants or ():
            assert any(f"{RESOURCES}/{place}" in claims["grants"] for place in places_of(tenant))


@given(ODD_CLAIMS)
def test_odd_claims_are_refused_or_reach_nobody_else(claims: dict[str, Any]) -> None:
    try:
        found = rights_of(claims, "jane")
    except InvalidUserTokenError:
        return
    for grant in Grant:
        reach = found.reach(grant)
        assert reach is None or reach.recipient == JANE
        assert not found.holds(user("tom"), grant)
