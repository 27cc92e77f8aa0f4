"""Slow work that steps ask for, and who does it."""

from functools import lru_cache

from functions.run_steps.env import Env
from tocsin.channels.outbound.client import HttpClient
from tocsin.channels.outbound.fetching import LONGEST, Fetcher
from tocsin.domain.work import Answer, Work


@lru_cache(maxsize=1)
def _fetcher() -> Fetcher:
    """One for the life of the process: its connections are kept."""
    allowed = frozenset(filter(None, Env.load().OUTBOUND_ALLOWED.split(",")))
    return Fetcher(HttpClient(allowed, longest_answer=LONGEST).send)


def perform(work: Work) -> Answer:
    return _fetcher().perform(work)
