"""What a warm process may take, in instructions: they are the same on every machine that has this Python."""

import sys

import pytest

from bench.instructions import requests
from bench.instructions.cachegrind import MISSING, is_available

# What it takes on Python 3.11 today and a twentieth more. Whoever goes beyond it, asks first what was added for whom.
MILLIONS = {
    requests.GET_ITEM: 1.81,
    requests.QUERY: 4.86,
    requests.BATCH_GET: 5.04,
    requests.PUT_ITEM: 1.86,
    requests.BATCH_WRITE: 3.95,
    requests.TRANSACT: 2.1,
    requests.SMALL_QUERY: 3.04,
    requests.SMALL_BATCH_WRITE: 2.75,
    requests.GET_ROW: 1.84,
    requests.QUERY_ROWS: 6.48,
    requests.GET_USER: 2.46,
    requests.IDENTIFY: 2.82,
    requests.REFUSED: 0.7,
    requests.FEED_PAGE: 16.3,
    requests.FEED_CALLS: 5.81,
    requests.FEED_LEAST: 7.22,
    requests.RECIPIENT: 1.26,
    requests.RECIPIENT_CALLS: 0.29,
    requests.RECIPIENT_LEAST: 0.43,
    requests.BROADCAST: 1.24,
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
    for whole, *parts in (
        (requests.FEED_PAGE, requests.FEED_LEAST, requests.FEED_CALLS),
        (requests.RECIPIENT, requests.RECIPIENT_LEAST, requests.RECIPIENT_CALLS),
    ):
        least, calls = (told[one.name] for one in parts)
        assert calls < least < told[whole.name], "the least that a page could take is less than it takes"
