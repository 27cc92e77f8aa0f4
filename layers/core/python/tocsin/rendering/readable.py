"""Errors of the Liquid library, told to whoever writes templates."""

import re

from liquid.exceptions import LiquidError, LocalNamespaceLimitError, OutputStreamLimitError

from tocsin.rendering import limits
from tocsin.rendering.errors import TemplateError, locate

_SIGNATURE = re.compile(r"positional argument|keyword argument|multiple values for argument")


def readable(error: Exception, source: str) -> TemplateError:
    """Our error for one of the library, or for what it let through, while it read or rendered `source`."""
    if isinstance(error, TemplateError):
        return error
    if isinstance(error, LiquidError) and error.message == "unexpected liquid parsing error":
        error = error.__cause__ if isinstance(error.__cause__, Exception) else error
    if isinstance(error, RecursionError):
        return TemplateError("an expression or value is nested too deeply")
    if not isinstance(error, LiquidError):
        return TemplateError(
            f"the template cannot be rendered with this data ({type(error).__name__}: {error})"
        )
    message = _message(error)
    if error.token is None:
        return TemplateError(message)
    if error.token.start_index < 0:
        return TemplateError(
            message.replace("end of expression", "end of template"), *locate(source, len(source))
        )
    return TemplateError(message, *locate(error.token.source or source, error.token.start_index))


def _message(error: LiquidError) -> str:
    """The library's message, where that speaks to authors; ours, where it speaks to Python programmers."""
    if isinstance(error, LocalNamespaceLimitError):
        return f"assigned variables hold more than {limits.MAX_LOCALS} bytes"
    if isinstance(error, OutputStreamLimitError):
        return f"the template prints more than {limits.MAX_OUTPUT} bytes"
    message = str(error.message)
    return f"{message.split(':')[0]}: wrong arguments" if _SIGNATURE.search(message) else message
