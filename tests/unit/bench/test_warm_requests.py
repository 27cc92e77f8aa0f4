"""What a warm process may take, in instructions: they are the same on every machine that has this Python."""

import sys

import pytest

from bench.instructions import requests
from bench.instructions.cachegrind import MISSING, is_available

# What it takes on Python 3.11 today and a twentieth more. Whoever goes beyond it, asks first what was added for whom.
MILLIONS = {
    requests.GET_ITEM: 1.9,
    requests.QUERY: 6.35,
    requests.BATCH_GET: 7.1,
    requests.PUT_ITEM: 2.0,
    requests.BATCH_WRITE: 6.1,
    requests.TRANSACT: 2.45,
    requests.GET_ROW: 1.9,
    requests.QUERY_ROWS: 8.2,
    requests.GET_USER: 2.7,
    requests.IDENTIFY: 3.1,
    requests.REFUSED: 0.85,
    requests.FEED_PAGE: 20.1,
    requests.RECIPIENT: 1.82,
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
