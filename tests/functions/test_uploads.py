"""Trigger data by reference: an address to upload to, a trigger that names what lies there, and every way to get it
wrong."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from functions.workflows.handler import lambda_handler
from tests.builders.account import PRODUCTION_KEY, PUBLIC_KEY
from tests.builders.machines import create_machines
from tests.builders.world import ENV, IN_APP, World
from tests.conftest import VARIABLES
from tocsin.lambda_kit.services import Services
from tocsin.usecases.upload_data import MAX_BYTES

Api = Callable[..., Any]
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def world(services: Services) -> World:
    create_machines(VARIABLES["RUN_MACHINE_ARN"])
    world = World(services)
    world.user("jane", name="Jane")
    world.workflow("hello", [IN_APP])
    return world


@pytest.fixture
def call(world: World, api: Api) -> Api:
    def post(path: str, body: object = None, **more: Any) -> Any:
        return api(lambda_handler, "POST", f"/v1/{path}", body, **more)

    return post


def upload(call: Api, body: bytes) -> str:
    """What a client does with the address, said in the client's own words: the emulated S3 has no door for it."""
    ticket = call("payloads").json
    key = urlsplit(ticket["upload_url"]).path.removeprefix(f"/{VARIABLES['PAYLOAD_BUCKET']}/")
    boto3.client("s3").put_object(Bucket=VARIABLES["PAYLOAD_BUCKET"], Key=key, Body=body)
    return str(ticket["id"])


def trigger(call: Api, upload_id: object, **more: Any) -> Any:
    return call("workflows/hello/trigger", {"recipients": ["jane"], "data": {"$payload": upload_id}}, **more)


def test_an_address_is_good_for_one_object_and_a_quarter_of_an_hour(call: Api) -> None:
    answer = call("payloads")

    assert answer.status == 200
    url = urlsplit(answer.json["upload_url"])
    assert url.path.endswith(f"/uploads/{ENV}/{answer.json['id']}.json")
    signed = parse_qs(url.query)
    assert (signed["X-Amz-Algorithm"], signed["X-Amz-Expires"]) == (["AWS4-HMAC-SHA256"], ["900"])
    assert signed["X-Amz-SignedHeaders"] == ["host"]


def test_data_of_ten_megabytes_reaches_the_run(call: Api, world: World) -> None:
    around = json.dumps({"file": "", "n": 1}, separators=(",", ":"))
    data = {"file": "x" * (MAX_BYTES - len(around)), "n": 1}
    body = json.dumps(data, separators=(",", ":")).encode()
    assert len(body) == MAX_BYTES

    answer = trigger(call, upload(call, body))

    assert answer.status == 200
    run = world.services.workflow_runs.get(ENV, answer.json["workflow_run_id"])
    assert run is not None
    assert run.data == data


def test_a_run_keeps_a_copy_whatever_becomes_of_the_upload(call: Api, world: World) -> None:
    upload_id = upload(call, b'{"text": "first"}')
    run_id = trigger(call, upload_id).json["workflow_run_id"]

    boto3.client("s3").put_object(
        Bucket=VARIABLES["PAYLOAD_BUCKET"], Key=f"uploads/{ENV}/{upload_id}.json", Body=b'{"text": "second"}'
    )

    run = world.services.workflow_runs.get(ENV, run_id)
    assert run is not None
    assert run.data == {"text": "first"}


def test_uploaded_data_is_held_to_the_schema_of_its_workflow(call: Api, world: World) -> None:
    schema = {"type": "object", "required": ["total"]}
    world.workflow("hello", [IN_APP], trigger_data_json_schema=schema)

    answer = trigger(call, upload(call, b"{}"))

    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "data.total")


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"[1, 2]", "must be a JSON object"),
        (b"{'a': 1}", "is not JSON"),
        (b'{"a": NaN}', "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"", "is not JSON"),
        (b'{"a": "\\ud800"}', "is not JSON"),
        (b'{"a":' * 100_000, "is not JSON"),
    ],
)
def test_what_was_uploaded_must_be_data(call: Api, body: bytes, complaint: str) -> None:
    answer = trigger(call, upload(call, body))

    assert answer.status == 422
    [problem] = answer.json["errors"]
    assert problem["field"] == "data.$payload"
    assert complaint in problem["message"]


def test_more_than_ten_megabytes_are_refused(call: Api) -> None:
    answer = trigger(call, upload(call, b'{"a": "' + b"x" * MAX_BYTES + b'"}'))

    assert (answer.status, answer.json["code"]) == (413, "request_too_large")


@pytest.mark.parametrize("name", [NOBODY, "../development/x", 5, None, {"id": NOBODY}])
def test_a_reference_to_nothing_says_so(call: Api, name: object) -> None:
    answer = trigger(call, name)

    assert answer.status == 422
    assert "nothing has been uploaded" in answer.json["errors"][0]["message"]


def test_an_upload_belongs_to_its_environment(call: Api, world: World) -> None:
    upload_id = upload(call, b"{}")

    answer = call("workflows/hello/trigger", {"recipients": ["jane"]}, key=PRODUCTION_KEY)
    assert answer.json["code"] == "workflow_missing"
    assert world.services.uploads.read("production", upload_id, 10) is None
    assert world.services.uploads.read(ENV, upload_id, 10) == b"{}"


def test_data_that_only_has_such_a_key_is_data(call: Api, world: World) -> None:
    data = {"$payload": "mine", "n": 1}
    run_id = call("workflows/hello/trigger", {"recipients": ["jane"], "data": data}).json["workflow_run_id"]

    run = world.services.workflow_runs.get(ENV, run_id)
    assert run is not None
    assert run.data == data


def test_a_repeat_is_answered_when_the_upload_is_gone(call: Api) -> None:
    upload_id = upload(call, b"{}")
    headers = {"idempotency-key": "k"}
    first = trigger(call, upload_id, headers=headers)
    boto3.client("s3").delete_object(
        Bucket=VARIABLES["PAYLOAD_BUCKET"], Key=f"uploads/{ENV}/{upload_id}.json"
    )

    again = trigger(call, upload_id, headers=headers)

    assert again.json == first.json
    assert again.headers["idempotent-replayed"] == "true"


def test_browsers_have_no_business_here(call: Api) -> None:
    assert call("payloads", key=PUBLIC_KEY).status == 403


def test_a_body_that_is_too_large_says_what_to_do(call: Api) -> None:
    answer = call("workflows/hello/trigger", {"recipients": ["jane"], "data": {"a": "x" * (5 * 1024 * 1024)}})

    assert (answer.status, answer.json["code"]) == (413, "request_too_large")
    assert "POST /v1/payloads" in answer.json["message"]
