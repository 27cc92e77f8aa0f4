"""Trouble of AWS, and of the way there: whoever asks again later may be answered."""

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

OUTAGES = (BotoCoreError, ClientError, ResponseParserError)


def is_outage(error: BaseException) -> bool:
    """Whether it is one, or what somebody in between made of one."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, OUTAGES):
        cause = cause.__cause__ or cause.__context__
    return cause is not None
