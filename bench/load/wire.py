"""HTTP calls by several clients at once, with as little of the machine as possible: it is measured, too."""

import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import urllib3

from local.console import LocalError

PATIENCE = 60.0


class Caller:
    """Keeps its connections, and takes only answers that are good."""

    def __init__(self, url: str, token: str = "") -> None:
        self._url = url
        self._pool = urllib3.PoolManager(maxsize=32, timeout=PATIENCE, retries=False)
        self._headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}

    def call(self, method: str, path: str, body: object = None) -> bytes:
        text = None if body is None else json.dumps(body)
        answer = self._pool.request(method, self._url + path, body=text, headers=self._headers)
        if answer.status >= 300:
            raise LocalError(f"{method} {path} answered {answer.status}: {answer.data[:500]!r}")
        return answer.data


def at_once(clients: int, calls: Iterable[Callable[[], object]]) -> list[float]:
    """Makes all calls, so many at a time; the seconds that each took."""
    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(seconds, calls))


def seconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun
