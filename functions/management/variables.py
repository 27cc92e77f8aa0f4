"""Variables: list, get, set, remove."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.lists import page, slice_of_all
from functions.management.surroundings import known_environment
from tocsin.contract.variables import (
    VariableOut,
    VariablesPageOut,
    VariablesQuery,
    WrappedVariableIn,
    WrappedVariableOut,
    variable_in_out,
    variable_out,
)
from tocsin.domain.variables import Variable
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.lambda_kit.router import Router
from tocsin.usecases.configure_variables import VariablePorts, find_variable, remove_variable, set_variable

router = Router()
TAGS = ["Variables"]


def _ports(call: CallFacts) -> VariablePorts:
    return VariablePorts(call.services.environments, call.services.variables)


@router.get("/v1/variables", summary="List variables", responses=documented(VariablesPageOut), tags=TAGS)
def list_variables(query: Annotated[VariablesQuery, Query()], call: Call) -> Response[Any]:
    """By key: those of the account with every environment's own values, or as one environment has them."""
    slug = known_environment(call) if query.environment is not None else None

    def out(variable: Variable) -> dict[str, Any]:
        return variable_out(variable) if slug is None else variable_in_out(variable, slug)

    meant = [one for one in call.services.variables.all() if query.type in (None, one.type)]
    found = slice_of_all(meant, window_of(query), lambda variable: variable.key)
    return json_response(page(found, query.page_size, out))


@router.get("/v1/variables/<key>", summary="Get a variable", responses=documented(VariableOut), tags=TAGS)
def get_variable(key: PathText, call: Call) -> Response[Any]:
    """With every environment's own values."""
    return json_response(variable_out(find_variable(call.services.variables, key)))


@router.put(
    "/v1/variables/<key>", summary="Set a variable", responses=documented(WrappedVariableOut), tags=TAGS
)
def put_variable(key: PathText, body: WrappedVariableIn, call: Call) -> Response[Any]:
    """Creates the variable or changes it, for all runs at once. Secrets are written only; answers show dots."""
    return json_response({"variable": variable_out(set_variable(_ports(call), key, body.variable, call.now))})


@router.delete("/v1/variables/<key>", summary="Remove a variable", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def delete_variable(key: PathText, call: Call) -> Response[Any]:
    """From the account and all environments. Templates that still name it print nothing there."""
    remove_variable(_ports(call), key)
    return no_content()
