"""Routes, as the resolver sees them: with what a request brings, and without the `call`, which is of our making.

Powertools' own way to hand it in, `Depends`, reads the types of a route anew for each request.
"""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from tocsin.lambda_kit.calls import current_call

Route = Callable[..., Any]
_CALL = "call"


class Router(APIGatewayHttpRouter):
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def route(self, *where: Any, **how: Any) -> Callable[[Any], Any]:
        register = super().route(*where, **how)

        def registered(route: Route) -> Route:
            register(_asked_by_the_resolver(route))
            return route

        return registered


def joined(routers: Iterable[Router]) -> Router:
    """One that has the routes of all."""
    one = Router()
    for router in routers:
        one._routes |= router._routes  # noqa: SLF001 - it has no accessor
    return one


def _asked_by_the_resolver(route: Route) -> Route:
    signature = inspect.signature(route)
    sent = [parameter for name, parameter in signature.parameters.items() if name != _CALL]
    if len(sent) == len(signature.parameters):
        return route

    @wraps(route)
    def asked(**parameters: Any) -> Any:
        return route(**parameters, call=current_call())

    vars(asked)["__signature__"] = signature.replace(parameters=sent)
    return asked
