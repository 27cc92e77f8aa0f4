"""What can go wrong that a caller can act on. `lambda_kit/error_table.py` gives each its HTTP status and type."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldProblem:
    """One field that is wrong, as `errors[]` of a 422 lists it. `field` is a dotted path such as `steps.0.template`."""

    field: str
    message: str
    type: str = "invalid"


class TocsinError(Exception):
    """Base of the errors that become an answer; `code` is the reference's word, the text is for the person."""

    code = "internal_error"


class InvalidParamsError(TocsinError):
    code = "invalid_params"

    def __init__(self, problems: list[FieldProblem]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{problem.field}: {problem.message}" for problem in problems))


class BodyTooLargeError(TocsinError):
    code = "request_too_large"


class AuthenticationRequiredError(TocsinError):
    code = "authentication_required"


class ApiKeyMissingError(TocsinError):
    """The key is not one we issued. The reference calls it «missing»."""

    code = "api_key_missing"


class ApiKeyExpiredError(TocsinError):
    code = "api_key_expired"


class IncorrectTokenTypeError(TocsinError):
    """This key, or this user token, may not do that."""

    code = "incorrect_token_type"


class MissingUserTokenError(TocsinError):
    """A public key came alone, and the environment asks for a user token beside it."""

    code = "missing_user_token"


class InvalidUserTokenError(TocsinError):
    code = "invalid_user_token"


class MissingJwtSigningKeyError(TocsinError):
    """A user token came, and the environment has no live key to verify it with."""

    code = "missing_jwt_signing_key"


class SigningKeyRequiredError(TocsinError):
    """Enhanced security without a live signing key would let no browser in."""

    code = "signing_key_required"


class NotFoundError(TocsinError):
    code = "resource_missing"


class WorkflowMissingError(TocsinError):
    code = "workflow_missing"


class WorkflowInactiveError(TocsinError):
    code = "workflow_inactive"


class ActorMissingError(TocsinError):
    code = "actor_missing"


class ChannelInvalidError(TocsinError):
    code = "channel_invalid"


class ChannelInUseError(TocsinError):
    """Something that is committed names the channel."""

    code = "channel_in_use"


class BranchMissingError(TocsinError):
    """The CLI makes the branch that it wants to switch to when it reads this code, if told to."""

    code = "branch_not_found"


class EnvironmentInUseError(TocsinError):
    """A key opens the environment, or something waits in it."""

    code = "environment_in_use"


class IdempotencyMismatchError(TocsinError):
    """The same idempotency key came with another body."""

    code = "idempotency_key_mismatch"


class RateLimitedError(TocsinError):
    """`retry_after` is in seconds: limits count by the second of the clock, so the next one is never further away."""

    code = "rate_limited"
    retry_after = 1

    def __init__(self, limit: int) -> None:
        times = "request" if limit == 1 else "requests"
        super().__init__(
            f"this endpoint takes {limit} {times} a second, and those of this second are used up; wait a second"
        )


class ForgedReceiptError(TocsinError):
    """A report of a message's fate that its sender did not sign, or that came too late for its signature."""

    code = "receipt_not_authentic"


class MalformedReceiptError(TocsinError):
    """Signed by whom it should be, and still not to be read."""

    code = "receipt_malformed"


class ConflictError(TocsinError):
    """Somebody else changed the row between our read and our write. Safe to repeat."""

    code = "conflict"
