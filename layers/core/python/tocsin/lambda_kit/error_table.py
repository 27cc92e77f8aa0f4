"""The one table from error to answer: status and category by exception type; code and text come with the error."""

from typing import Any

from tocsin.domain import errors

AUTHENTICATION = "authentication_error"
INVALID_REQUEST = "invalid_request_error"
API = "api_error"

ANSWERS: dict[type[errors.TocsinError], tuple[int, str]] = {
    errors.InvalidParamsError: (422, INVALID_REQUEST),
    errors.BodyTooLargeError: (413, INVALID_REQUEST),
    errors.AuthenticationRequiredError: (401, AUTHENTICATION),
    errors.ApiKeyMissingError: (401, AUTHENTICATION),
    errors.ApiKeyExpiredError: (401, AUTHENTICATION),
    errors.MissingUserTokenError: (401, AUTHENTICATION),
    errors.InvalidUserTokenError: (401, AUTHENTICATION),
    errors.MissingJwtSigningKeyError: (401, AUTHENTICATION),
    errors.IncorrectTokenTypeError: (403, AUTHENTICATION),
    errors.ForgedReceiptError: (401, AUTHENTICATION),
    errors.MalformedReceiptError: (400, INVALID_REQUEST),
    errors.SigningKeyRequiredError: (422, INVALID_REQUEST),
    errors.NotFoundError: (404, INVALID_REQUEST),
    errors.WorkflowMissingError: (404, INVALID_REQUEST),
    errors.BranchMissingError: (404, INVALID_REQUEST),
    errors.WorkflowInactiveError: (422, INVALID_REQUEST),
    errors.ActorMissingError: (422, INVALID_REQUEST),
    errors.ChannelInvalidError: (404, INVALID_REQUEST),
    errors.ChannelInUseError: (422, INVALID_REQUEST),
    errors.EnvironmentInUseError: (422, INVALID_REQUEST),
    errors.IdempotencyMismatchError: (422, INVALID_REQUEST),
    errors.RateLimitedError: (429, INVALID_REQUEST),
    # Somebody else wrote first: the official clients repeat a 409 by themselves, which is the cure.
    errors.ConflictError: (409, API),
}


def answer_to(error: errors.TocsinError) -> dict[str, Any]:
    """The flat body `{code, message, status, type}`, with `errors[]` where fields are wrong."""
    status, category = ANSWERS[type(error)]
    body: dict[str, Any] = {"code": error.code, "message": str(error), "status": status, "type": category}
    if isinstance(error, errors.InvalidParamsError):
        body["errors"] = [
            {"field": problem.field, "message": problem.message, "type": problem.type}
            for problem in error.problems
        ]
    return body


def headers_of(error: errors.TocsinError) -> dict[str, str]:
    """What goes beside the body: the official clients wait for as long as this header says."""
    return {"retry-after": str(error.retry_after)} if isinstance(error, errors.RateLimitedError) else {}


def unexpected() -> dict[str, Any]:
    """Says nothing of what broke: that is in the log, under the request id of the response's header."""
    message = "Something broke on our side. The request may be repeated; the log has the details under its request id."
    return {"code": "internal_error", "message": message, "status": 500, "type": API}
