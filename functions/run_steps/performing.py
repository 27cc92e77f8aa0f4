"""Slow work that steps ask for, and who does it."""

from functools import lru_cache, partial

from functions.run_steps.env import Env
from tocsin.aws.bedrock import Models
from tocsin.aws.clients import client
from tocsin.channels.outbound.client import HttpClient
from tocsin.channels.outbound.fetching import LONGEST, Fetcher
from tocsin.domain.work import Answer, Fetch, Prompt, Work
from tocsin.lambda_kit.services import Services
from tocsin.usecases.perform_steps import Perform
from tocsin.usecases.request_secrets import request_secrets


@lru_cache(maxsize=1)
def _http() -> HttpClient:
    """One for the life of the process: its connections are kept."""
    return HttpClient(Env.load().OUTBOUND_ALLOWED, longest_answer=LONGEST)


_models = Models(lambda: client("bedrock-runtime"))


def performer(services: Services, env: str) -> Perform:
    secrets = partial(request_secrets, services.environments, services.request_secrets, env, services.clock)
    fetcher = Fetcher(_http().send, secrets, services.clock)

    def perform(work: Work) -> Answer:
        match work:
            case Fetch():
                return fetcher.perform(work)
            case Prompt():
                return _models.perform(work)

    return perform
