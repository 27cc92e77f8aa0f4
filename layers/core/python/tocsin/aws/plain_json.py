"""DynamoDB's requests and answers, sent and taken as the JSON that they are.

botocore looks up the place of every value in its model of the service, which costs ten times what the JSON does: a
page of rows has thousands of values, and each comes out as it went in. What the model is for does not occur here: our
rows have no binary values, and no operation on them takes or gives a date. Errors are still botocore's to read, and
what it adds to a request (the token by which a transaction is known when it is sent again) is sent.

Pydantic's JSON writes a page of rows in two fifths of the time that the standard library takes, and is loaded anyway.
"""

from typing import Any

from botocore.parsers import ResponseParserFactory
from pydantic_core import from_json, to_json

_WANTED = "tocsin.wanted"


class PlainJson(ResponseParserFactory):
    """Of a client that is made while this is the session's factory, and then `attach`ed."""

    def create_parser(self, protocol_name: str) -> Any:
        return _PlainParser(super().create_parser(protocol_name))

    def attach(self, client: Any) -> None:
        client.meta.events.register("provide-client-params.dynamodb", _keep)
        client.meta.events.register("before-call.dynamodb", _write)


def _keep(params: dict[str, Any], context: dict[str, Any], **_: Any) -> dict[str, Any]:
    """What is wanted goes around the serializer, which gets a request with nothing in it."""
    context[_WANTED] = params
    return {
        name: type(value)() if isinstance(value, (dict, list)) else value for name, value in params.items()
    }


def _write(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    params["body"] = to_json(from_json(params["body"]) | context[_WANTED])


class _PlainParser:
    """Gives what botocore's gives, `ResponseMetadata` included; `tests/unit/aws/test_plain_json.py` compares them."""

    def __init__(self, careful: Any) -> None:
        self._careful = careful

    def parse(self, response: Any, shape: Any) -> Any:
        if response["status_code"] != 200:
            return self._careful.parse(response, shape)
        headers = {name.lower(): value for name, value in response["headers"].items()}
        answer = {name: value for name, value in from_json(response["body"]).items() if value is not None}
        known = {"RequestId": headers["x-amzn-requestid"]} if "x-amzn-requestid" in headers else {}
        answer["ResponseMetadata"] = {**known, "HTTPStatusCode": 200, "HTTPHeaders": headers}
        return answer
