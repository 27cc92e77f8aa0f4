"""Which endpoint a request is for: the route's pattern, whatever ids its path holds."""

from typing import TYPE_CHECKING

from tocsin.domain.values import dataclass

if TYPE_CHECKING:
    # workers have the limiter among their services, and no router
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`name` is such as `PUT /v1/users/{user_id}`; `parameters` are still percent-encoded."""

    name: str
    parameters: dict[str, str]


def endpoint_of(app: "APIGatewayHttpResolver", method: str, path: str) -> Endpoint | None:
    """None where no route matches. The resolver itself tells only after it has validated the request."""
    for route in app._static_routes + app._dynamic_routes:  # noqa: SLF001 - it has no accessor
        found = route.rule.match(path) if route.method == method else None
        if found:
            return Endpoint(f"{method} {route.openapi_path}", found.groupdict())
    return None
