"""What a warm process may take, in instructions: they are the same on every machine that has this Python."""

import sys

import pytest

from bench.instructions import requests
from bench.instructions.cachegrind import MISSING, is_available

# What it takes on Python 3.11 today and a twentieth more. Whoever goes beyond it, asks first what was added for whom.
MILLIONS = {
    requests.GET_ITEM: 1.88,
    requests.QUERY: 6.34,
    requests.BATCH_GET: 7.05,
    requests.PUT_ITEM: 1.99,
    requests.BATCH_WRITE: 6.02,
    requests.TRANSACT: 2.41,
    requests.SMALL_QUERY: 3.51,
    requests.SMALL_BATCH_WRITE: 3.9,
    requests.GET_ROW: 1.9,
    requests.QUERY_ROWS: 8.01,
    requests.GET_USER: 2.55,
    requests.IDENTIFY: 2.88,
    requests.REFUSED: 0.7,
    requests.FEED_PAGE: 16.3,
    requests.FEED_CALLS: 5.81,
    requests.FEED_LEAST: 7.22,
    requests.RECIPIENT: 1.81,
    requests.BROADCAST: 1.78,
}


@pytest.mark.skipif(not is_available(), reason=MISSING)
@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="every Python takes its own number of instructions"
)
def test_warm_requests_stay_within_their_budgets() -> None:
    told = requests.measured()
    beyond = {one.name: told[one.name] for one, most in MILLIONS.items() if told[one.name] > most * 1e6}
    assert not beyond, f"more instructions than the budgets of {__name__}"
    assert set(told) == {one.name for one in MILLIONS}
    calls, least, page = (
        told[one.name] for one in (requests.FEED_CALLS, requests.FEED_LEAST, requests.FEED_PAGE)
    )
    assert calls < least < page, "the least that a page could take is less than it takes"
