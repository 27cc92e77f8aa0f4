"""Slow work that steps ask for, and who does it."""

from functools import lru_cache

from functions.run_steps.env import Env
from tocsin.aws.bedrock import Models
from tocsin.aws.clients import client
from tocsin.channels.outbound.client import HttpClient
from tocsin.channels.outbound.fetching import LONGEST, Fetcher
from tocsin.domain.work import Answer, Fetch, Prompt, Work


@lru_cache(maxsize=1)
def _fetcher() -> Fetcher:
    """One for the life of the process: its connections are kept."""
    allowed = frozenset(filter(None, Env.load().OUTBOUND_ALLOWED.split(",")))
    return Fetcher(HttpClient(allowed, longest_answer=LONGEST).send)


_models = Models(lambda: client("bedrock-runtime"))


def perform(work: Work) -> Answer:
    match work:
        case Fetch():
            return _fetcher().perform(work)
        case Prompt():
            return _models.perform(work)
