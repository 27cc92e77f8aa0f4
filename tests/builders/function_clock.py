"""The time as functions read it: each has services of its own, made from its environment."""

from datetime import datetime

from tocsin.lambda_kit import services as wiring
from tocsin.lambda_kit.environment import FunctionEnv


def it_is(moment: datetime, *environments: type[FunctionEnv]) -> None:
    """From now on, for the functions whose environments these are, until the next test."""
    for env in environments:
        wiring.services_for(env.load()).clock = lambda: moment
