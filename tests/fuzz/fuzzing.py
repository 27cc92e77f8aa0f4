"""Requests that schemathesis makes up from the document, sent to the API in this process, and what is wrong with the
answers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from random import Random
from typing import Any

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, strategies
from requests.adapters import HTTPAdapter
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation.meta import REQUEST_SHAPE_PROBES, coverage_scenario
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from urllib3 import HTTPResponse

from tests.builders.answers import sent
from tests.builders.in_process import Gateway
from tests.builders.inhabited import Names
from tests.fuzz.changes import Changes
from tests.fuzz.reproducible import BACKEND

ORIGIN = "https://tocsin.test"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
MODES = list(GenerationMode)
# Credentials are ours: those made up would not get further than a 401.
CONFIG = {"generation": {"with-security-parameters": False}}

Json = dict[str, Any]
Operation = schemathesis.APIOperation[Any, Any, Any, Any]
Case = schemathesis.Case[Any]
Headers = Mapping[str, str]


class Door(HTTPAdapter):
    """Lets schemathesis, which speaks with `requests`, into the API of this process."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__()
        self._gateway = gateway

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        method, url, body = request.method or "", request.url or "", request.body or b""
        content = body.encode() if isinstance(body, str) else body
        assert isinstance(content, bytes)
        headers = {name: str(value) for name, value in request.headers.items()}
        answer = self._gateway.answer(method, url, headers, content)
        raw = HTTPResponse(
            body=BytesIO(sent(answer)),
            headers=answer["headers"],
            status=answer["statusCode"],
            preload_content=False,
        )
        return self.build_response(request, raw)


class Fuzzer:
    """Counts what was answered, and keeps one example of everything that is wrong."""

    def __init__(self, document: Json, gateway: Gateway, names: Names, seed: int) -> None:
        self.statuses: Counter[int] = Counter()
        self.succeeded: set[str] = set()
        self.problems: dict[str, str] = {}
        config = schemathesis.Config.from_dict(CONFIG)
        self._schema = schemathesis.openapi.from_dict(document, config=config)
        self._session = requests.Session()
        self._session.mount(ORIGIN, Door(gateway))
        self._seed = seed
        self._chance = Random(seed)
        self._changes = Changes(names, self._chance)

    def operations(self) -> Iterator[Operation]:
        for found in self._schema.get_all_operations():
            assert isinstance(found, Ok), found
            yield found.ok()

    def attack(self, operation: Operation, cases: int, keys: Sequence[Headers]) -> None:
        """At random, and with twice as many systematic cases (every bound of every parameter, one thing wrong at a
        time), which are quickly made; each with one of the keys."""

        @hypothesis.seed(self._seed)
        @hypothesis.settings(
            max_examples=cases,
            backend=BACKEND,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(strategies.one_of([operation.as_strategy(generation_mode=mode) for mode in MODES]))
        def attack_at_random(case: Case) -> None:
            self._try(case, self._chance.choice(keys))

        for case in self._systematic(operation, 2 * cases):
            self._try(case, self._chance.choice(keys))
        attack_at_random()

    def ask(self, operation: Operation, headers: Headers) -> int:
        """The status of the answer to the least that can be sent."""
        case = operation.Case(
            path_parameters={parameter.name: "x" for parameter in operation.path_parameters}
        )
        if operation.body:
            case.body, case.media_type = {}, "application/json"
        return self._send(case, headers)

    def expect_refusal(self, method: str, path: str, headers: Headers) -> None:
        """As everything is refused: with a flat body that says why."""
        answer = self._session.request(method, ORIGIN + path, headers=dict(headers))
        self.statuses[answer.status_code] += 1
        body = answer.json() if answer.content else {}
        if answer.status_code not in (403, 404, 405) or set(body) != {"code", "message", "status", "type"}:
            self.problems[f"{method} {path}: {answer.status_code}, no refusal"] = answer.text

    def expect_sanity(self, operation: Operation, query: str, body: bytes, headers: Headers) -> None:
        """Nothing is known of how it should be answered, but that the document knows the status."""
        url = f"{ORIGIN}{self._changes.path(operation.path)}?{query}"
        answer = self._session.request(operation.method.upper(), url, headers=dict(headers), data=body)
        self.statuses[answer.status_code] += 1
        if answer.status_code >= 500 or str(answer.status_code) not in operation.responses.status_codes:
            self.problems[f"{operation.label}: {answer.status_code}"] = (
                f"{url}\n{body[:200]!r}\n{answer.text}"
            )

    def _systematic(self, operation: Operation, count: int) -> list[Case]:
        found = self._schema.iter_coverage_cases(
            operation,
            generation_modes=MODES,
            generation_config=self._schema.config.generation_for(operation=operation),
        )
        cases = [case for case in found if coverage_scenario(case) not in REQUEST_SHAPE_PROBES]
        return self._chance.sample(cases, min(count, len(cases)))

    def _try(self, case: Case, headers: Headers) -> None:
        self._changes.make(case)
        self._send(case, headers)

    def _send(self, case: Case, headers: Headers) -> int:
        answer = case.call(base_url=ORIGIN, session=self._session, headers=dict(headers))
        self.statuses[answer.status_code] += 1
        if answer.status_code < 300:
            self.succeeded.add(case.operation.label)
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            for failure in group.exceptions:
                what = f"{case.operation.label}: {answer.status_code}, {failure.title}"
                self.problems.setdefault(what, group.message)
        return answer.status_code
