"""What counts as an outage, and what as a mistake of whoever asked."""

from itertools import pairwise

from botocore.exceptions import ClientError, ReadTimeoutError

from tocsin.aws.outages import is_outage
from tocsin.engine.context import CompositionError
from tocsin.rendering.errors import TemplateError


def _raised(*errors: Exception) -> Exception:
    """The last, which came of those before it."""
    for cause, error in pairwise(errors):
        error.__cause__ = cause
    return errors[-1]


def test_aws_in_trouble_is_an_outage_also_behind_the_template_that_asked() -> None:
    throttled = ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "GetItem")
    assert is_outage(throttled)
    assert is_outage(_raised(ReadTimeoutError(endpoint_url="x"), TemplateError("x"), CompositionError("x")))


def test_a_mistake_is_none_whatever_it_came_of() -> None:
    assert not is_outage(ZeroDivisionError())
    assert not is_outage(_raised(ZeroDivisionError(), TemplateError("x"), CompositionError("x")))
