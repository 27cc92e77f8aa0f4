"""Whatever is sent to the API, it answers as its own OpenAPI document says, and nothing breaks.

`TOCSIN_FUZZ_SEED` and `TOCSIN_FUZZ_CASES` (for each operation) come from the environment: see docs/testing.md.
"""

import json
import os
import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from admin import openapi
from tests.builders.account import EXPIRED_KEY, PUBLIC_KEY, SECRET_KEY, SERVICE_TOKEN
from tests.builders.in_process import Gateway, function_for
from tests.builders.inhabited import Inhabitants
from tests.builders.machines import create_machines
from tests.builders.strict_aws import strict_queue, strict_table
from tests.builders.user_tokens import a_token, grants
from tests.conftest import VARIABLES
from tests.fuzz.changes import ODD_BODIES, ODD_QUERIES
from tests.fuzz.fuzzing import Fuzzer, Headers, Operation
from tocsin.aws import clients
from tocsin.lambda_kit.services import Services

SEED = int(os.environ.get("TOCSIN_FUZZ_SEED", "1"))
CASES = int(os.environ.get("TOCSIN_FUZZ_CASES", "5"))
# Functions share nothing but the account, and each part has one of its own.
PARTS = sorted(path.parent.name for path in (openapi.ROOT / "functions").glob("*/routes.py"))
Told = Callable[[str, object], None]
# Lies in the function that triggers, and is opened as the rest of the management API is.
RUN_OF_MANAGEMENT = ("put", "/v1/workflows/{key}/run")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    generated: dict[str, Any] = json.loads(openapi.generate())
    return generated


@pytest.fixture
def fuzzer(services: Services, document: dict[str, Any]) -> Fuzzer:
    """Over an account where there is something of everything, and an AWS without indulgence."""
    create_machines(VARIABLES["RUN_MACHINE_ARN"], VARIABLES["WHEEL_MACHINE_ARN"])
    strict_table(clients.client("dynamodb"))
    strict_queue(clients.client("sqs"))
    gateway = Gateway()
    names = Inhabitants(services, gateway).settle()
    return Fuzzer(document, gateway, names, SEED)


def _bearer(key: str) -> Headers:
    return {"authorization": f"Bearer {key}"}


def _keys(operation: Operation) -> list[Headers]:
    """A user token now and then; more often where it opens something."""
    if _is_managed(operation):
        return [_bearer(SERVICE_TOKEN)]
    allowed = grants(objects__projects__p1=["channel_data/read", "channel_data/write"])
    browser = {**_bearer(PUBLIC_KEY), "x-knock-user-token": a_token("jane", grants=allowed)}
    is_public = any("userToken" in way for way in operation.definition.raw.get("security", ()))
    return [_bearer(SECRET_KEY)] * (2 if is_public else 9) + [browser]


def _is_managed(operation: Operation) -> bool:
    """Whether a service token opens it, and no key of an environment."""
    is_run = (operation.method, operation.path) == RUN_OF_MANAGEMENT
    return is_run or _function_of(operation) == "management"


def _function_of(operation: Operation) -> str:
    return function_for(operation.method.upper(), operation.path)


def _report(record_property: Told, what: str, fuzzer: Fuzzer) -> None:
    answers = ", ".join(f"{count} × {status}" for status, count in sorted(fuzzer.statuses.items()))
    record_property("told", f"fuzz {what}: {fuzzer.statuses.total()} cases with seed {SEED}; {answers}")
    assert not fuzzer.problems, "\n".join([*fuzzer.problems, *fuzzer.problems.values()])


@pytest.mark.parametrize("part", PARTS)
def test_nothing_breaks_and_every_answer_is_as_documented(
    fuzzer: Fuzzer, part: str, record_property: Told
) -> None:
    operations = [operation for operation in fuzzer.operations() if _function_of(operation) == part]
    operations.sort(key=lambda operation: operation.method == "delete")  # what is gone is not met again
    for operation in operations:
        fuzzer.attack(operation, CASES, _keys(operation))
    done = f"{part}, {len(fuzzer.succeeded)} of {len(operations)} operations done"
    _report(record_property, done, fuzzer)


def test_a_key_that_opens_nothing_here_is_refused_as_documented(
    fuzzer: Fuzzer, record_property: Told
) -> None:
    """No key, one that never was, one that is over, and one for the other API."""
    for operation in fuzzer.operations():
        if operation.definition.raw.get("security") == []:
            continue
        other = SECRET_KEY if _is_managed(operation) else SERVICE_TOKEN
        keys: tuple[Headers, ...] = ({}, _bearer("sk_test_unknown"), _bearer(EXPIRED_KEY), _bearer(other))
        statuses = [fuzzer.ask(operation, key) for key in keys]
        assert statuses == [401, 401, 401, 403], operation.label
    _report(record_property, "keys", fuzzer)


def test_methods_and_paths_that_are_not_there_are_refused(fuzzer: Fuzzer, record_property: Told) -> None:
    served = [(operation.method.upper(), operation.path) for operation in fuzzer.operations()]
    patterns = [(method, re.compile(re.sub(r"{\w+}", "[^/]+", path))) for method, path in served]
    functions = {operation.path: _function_of(operation) for operation in fuzzer.operations()}
    for path, function in functions.items():
        key = _bearer(SERVICE_TOKEN if function == "management" else SECRET_KEY)
        odd = (re.sub(r"{\w+}", "", path), path + "/", path.replace("/", "//"), path + "/x/y/z")
        for method, asked in product(METHODS, (re.sub(r"{\w+}", "x", one) for one in (path, *odd))):
            if not any(method == verb and pattern.fullmatch(asked) for verb, pattern in patterns):
                fuzzer.expect_refusal(method, asked, key)
    _report(record_property, "methods and paths", fuzzer)


def test_what_no_client_would_write_breaks_nothing(fuzzer: Fuzzer, record_property: Told) -> None:
    """Every other query for each operation, so that each is tried by half of them."""
    for number, operation in enumerate(fuzzer.operations()):
        [key, *_] = _keys(operation)
        for query in ODD_QUERIES[number % 2 :: 2]:
            fuzzer.expect_sanity(operation, query, b"", key)
        for body in ODD_BODIES if operation.body else ():
            fuzzer.expect_sanity(operation, "", body, key)
    _report(record_property, "raw", fuzzer)
