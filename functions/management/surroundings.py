"""What most routes need first: the environment that is meant, and who commits."""

from tocsin.domain.environments import DEVELOPMENT
from tocsin.domain.errors import AuthenticationRequiredError, FieldProblem, InvalidParamsError
from tocsin.lambda_kit.calls import CallFacts
from tocsin.usecases.commit_definition import Authorship


def known_environment(call: CallFacts) -> str:
    """The environment of the query, which must exist. Raises InvalidParamsError."""
    slugs = [environment.slug for environment in call.services.environments.all()]
    if call.env not in slugs:
        message = f"there is no environment {call.env!r}; there are {', '.join(slugs)}"
        raise InvalidParamsError([FieldProblem("environment", message, "missing_reference")])
    return call.env


def editable_environment(call: CallFacts, *, force: bool = False) -> str:
    """Definitions are written in development and reach the others by promotion, unless somebody insists.

    Raises InvalidParamsError."""
    env = known_environment(call)
    if env != DEVELOPMENT and not force:
        message = f"definitions can be changed in {DEVELOPMENT} only; promote a commit to bring it to {env}"
        raise InvalidParamsError([FieldProblem("environment", message)])
    return env


def token_name(call: CallFacts) -> str:
    if call.key is None:
        raise AuthenticationRequiredError("this endpoint needs a service token")
    return call.key.name


def authorship(call: CallFacts, message: str) -> Authorship:
    return Authorship(token_name(call), message, call.now, call.services.new_uuid)
