"""From an API Gateway event to an answer, the same way for every resource group.

Order: key, permission, rate limit, body size, then the resolver (routing, validation, the route). Whatever happens,
the answer is one of our JSON bodies, compressed where it is long, and exactly one line is logged. CORS headers are the
gateway's work.
"""

import base64
import time
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from tocsin.contract.either import is_branch
from tocsin.contract.wrong_fields import problems_within
from tocsin.domain import json_text
from tocsin.domain.errors import (
    BodyTooLargeError,
    FieldProblem,
    InvalidParamsError,
    NotFoundError,
    TocsinError,
)
from tocsin.domain.field_checks import under
from tocsin.domain.reach import EVERYTHING
from tocsin.lambda_kit import error_table, query_strings
from tocsin.lambda_kit.access import SECRET_KEYS, Access
from tocsin.lambda_kit.calls import CallFacts, set_current
from tocsin.lambda_kit.compression import compressed
from tocsin.lambda_kit.endpoints import Endpoint, endpoint_of
from tocsin.lambda_kit.environment import FunctionEnv
from tocsin.lambda_kit.observability import log_invocation
from tocsin.lambda_kit.paths import called_url, encoded_path
from tocsin.lambda_kit.rate_limits import scope_of
from tocsin.lambda_kit.responses import json_response
from tocsin.lambda_kit.services import Services, services_of

# Lambda takes 6 MB of event; a body beyond this could not be passed on, escaped, with its headers.
MAX_BODY_BYTES = 5 * 1024 * 1024

Event = dict[str, Any]
Handler = Callable[[Event, Any], Event]


def create_resolver(router: APIGatewayHttpRouter) -> APIGatewayHttpResolver:
    """A resolver that reads JSON exactly, answers in our error shape and never leaks an exception."""
    app = APIGatewayHttpResolver(
        enable_validation=True, json_body_deserializer=_read_json, serializer=json_text.dumps
    )
    app.include_router(router)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(TocsinError)(_refused)
    app.exception_handler(NoRouteError)(_no_route)
    return app


def api_handler(
    router: APIGatewayHttpRouter, env: type[FunctionEnv], access: Access | None = SECRET_KEYS
) -> Handler:
    """The Lambda handler of a resource group. `access=None` means that its routes need no key."""
    app = create_resolver(router)
    services = services_of(env)

    def lambda_handler(event: Event, context: Any) -> Event:
        started = time.perf_counter()
        request = _Request(event)
        error: Exception | None = None
        try:
            answer = _answer(app, request, services(), access, context)
        except TocsinError as refusal:
            answer = _as_event(error_table.answer_to(refusal), error_table.headers_of(refusal))
        except Exception as exception:  # noqa: BLE001 - the last resort: a caller gets a 500 of ours, never a trace
            error, answer = exception, _as_event(error_table.unexpected())
        answer["headers"] = {**answer.get("headers", {}), "x-request-id": request.id}
        answer = compressed(answer, request.headers.get("accept-encoding", ""))
        log_invocation(
            "request",
            error=error,
            method=request.method,
            path=request.path,
            status=answer["statusCode"],
            request_id=request.id,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
        )
        return answer

    return lambda_handler


class _Request:
    """The parts of a payload 2.0 event, with the path and the query brought to one form."""

    def __init__(self, event: Event) -> None:
        self.headers: dict[str, str] = {
            name.lower(): value for name, value in (event.get("headers") or {}).items()
        }
        gateway = event.get("requestContext") or {}
        self.id: str = gateway.get("requestId", "")
        self.method: str = gateway.get("http", {}).get("method", "GET")
        self.path = encoded_path(event.get("rawPath", "/"), self.headers)
        asked = query_strings.parse(event.get("rawQueryString") or "")
        self.raw_query = urlencode(asked)
        self.query = query_strings.grouped(asked)
        self.body = _decoded_body(event)
        self.url = called_url(event, self.headers)

    def to_event(self) -> Event:
        """What the resolver sees. The gateway's own query map is rebuilt: it joins repeated names with commas.

        Headers are read by routes from their `call`: to hand them on would have them copied four times. A body without
        a type is read as JSON.
        """
        return {
            "version": "2.0",
            "rawPath": self.path,
            "rawQueryString": self.raw_query,
            "queryStringParameters": {name: ",".join(values) for name, values in self.query.items()},
            "headers": {},
            "requestContext": {
                "requestId": self.id,
                "stage": "$default",
                "http": {"method": self.method, "path": self.path},
            },
            # Clients send «content-type: application/json» without a body; that is an empty object.
            "body": self.body or "{}",
            "isBase64Encoded": False,
        }


def _decoded_body(event: Event) -> str:
    body: str = event.get("body") or ""
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode("utf-8", errors="replace")
    return body


def _answer(
    app: APIGatewayHttpResolver, request: _Request, services: Services, access: Access | None, context: Any
) -> Event:
    if request.method == "OPTIONS":
        return _preflight()
    now = services.clock()
    endpoint = endpoint_of(app, request.method, request.path)
    key, rights, reach = None, None, EVERYTHING
    if access is not None:
        caller = services.authenticator.authenticate(request.headers, now)
        key, rights, reach = caller.key, caller.rights, access.reach(caller, endpoint)
    facts = CallFacts(
        services,
        key,
        now,
        request.id,
        request.headers,
        request.query,
        request.body,
        request.url,
        rights,
        reach,
    )
    _limit_rate(endpoint, facts)
    if len(request.body.encode()) > MAX_BODY_BYTES:
        raise too_large()
    set_current(facts)
    return app.resolve(request.to_event(), context)


def too_large() -> BodyTooLargeError:
    """The edge says the same of what is so large that it would not even get here."""
    limit = MAX_BODY_BYTES // (1024 * 1024)
    return BodyTooLargeError(
        f"the body is larger than {limit} MB; send less with each call, or upload the data of a trigger first, with"
        " POST /v1/payloads"
    )


def _preflight() -> Event:
    """A browser asks before it sends its key. The gateway answers that by itself, or adds its CORS headers to this."""
    return {"statusCode": 204, "headers": {}, "body": "", "isBase64Encoded": False}


def _limit_rate(endpoint: Endpoint | None, facts: CallFacts) -> None:
    """Before validation, so that requests which are wrong count as well."""
    if facts.key is None or endpoint is None:
        return
    scope = scope_of(endpoint, facts.key, facts.user_id)
    facts.services.rate_limiter.admit(scope, facts.now)


class _Fraction(Decimal):
    """A number is no object. The resolver lets pydantic read models from attributes, and pydantic does so with whatever
    does not come from `builtins`: `1.5` would pass for a model without any of its optional fields."""

    __module__ = "builtins"


def _read_json(text: str) -> Any:
    try:
        return json_text.loads_sent(text, _Fraction)
    except (ValueError, RecursionError) as error:
        raise InvalidParamsError([FieldProblem("body", f"is not JSON: {error}", "json_invalid")]) from error


def _invalid(error: RequestValidationError) -> Response[Any]:
    return _refused(InvalidParamsError([one for problem in error.errors() for one in _problems(problem)]))


def _problems(error: Mapping[str, Any]) -> Iterable[FieldProblem]:
    field = _field(error["loc"])
    itself = FieldProblem(field, _sentence(error["msg"]), error["type"])
    return under(field, problems_within(error)) if problems_within(error) else [itself]


def _field(location: tuple[Any, ...]) -> str:
    """`("body", "recipients", 0)` -> `recipients.0`; the part of the request matters only where nothing follows.

    A query read into a model comes as `("query", <our argument's name>, "limit")`, which is nobody's business.
    """
    parts = [str(part) for part in location if not is_branch(part)]
    inner = parts[2:] if parts[0] == "query" and len(parts) > 2 else parts[1:]
    return ".".join(inner) or parts[0]


def _sentence(message: str) -> str:
    text = message.removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def _refused(error: TocsinError) -> Response[Any]:
    body = error_table.answer_to(error)
    return json_response(body, body["status"], error_table.headers_of(error))


def _no_route(_: NoRouteError) -> Response[Any]:
    return _refused(NotFoundError("there is no such endpoint; GET /v1/openapi lists those that exist"))


def _as_event(body: dict[str, Any], headers: Mapping[str, str] | None = None) -> Event:
    return {
        "statusCode": body["status"],
        "headers": {"content-type": "application/json", **(headers or {})},
        "body": json_text.dumps(body),
        "isBase64Encoded": False,
    }
