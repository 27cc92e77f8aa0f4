"""Schedules over the API, each answer read as the official client reads it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from knockapi.types import Schedule
from pydantic import TypeAdapter

from functions.schedules.handler import lambda_handler
from tests.builders.schedules import NINE
from tests.builders.world import IN_APP, World
from tocsin.aws.machines import RunStarter, WheelStarter
from tocsin.lambda_kit.services import Services

PATH = "/v1/schedules"
SCHEDULES = TypeAdapter(list[Schedule])


class SchedulesApi:
    """Somebody with a secret key, and machines that are only told."""

    def __init__(self, api: Callable[..., Any], services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
        self._api = api
        self.world = world = World(services)
        monkeypatch.setattr(WheelStarter, "start", lambda _, task: world.wheels.start(task))
        monkeypatch.setattr(RunStarter, "start", lambda _, task: world.runs.start(task))
        world.workflow("digest", [IN_APP])

    def call(self, method: str, body: object = None, path: str = PATH, **more: Any) -> Any:
        return self._api(lambda_handler, method, path, body, **more)

    def create(self, *recipients: Any, **fields: Any) -> list[dict[str, Any]]:
        body = {"workflow": "digest", "recipients": list(recipients), "repeats": [NINE], **fields}
        answer = self.call("POST", body)
        assert answer.status == 200, answer.json
        SCHEDULES.validate_python(answer.json)
        return list(answer.json)

    def listed(self, path: str = PATH, query: dict[str, Any] | None = None) -> list[str]:
        answer = self.call("GET", path=path, query=urlencode(query or {}, doseq=True))
        assert answer.status == 200, answer.json
        SCHEDULES.validate_python(answer.json["entries"])
        return [entry["id"] for entry in answer.json["entries"]]

    def refused(self, body: object, method: str = "POST") -> list[str]:
        answer = self.call(method, body)
        assert (answer.status, answer.json["code"]) == (422, "invalid_params"), answer.json
        return [problem["field"] for problem in answer.json["errors"]]
