"""What is wrong with a source, before it is saved."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders.sources import mapping
from tocsin.domain.errors import InvalidParamsError
from tocsin.domain.event_sources import EventSource, SourceKind
from tocsin.usecases.validate_source import MAX_MAPPINGS, validate_source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAID = mapping("paid", "thanks")


def problems(
    environment: Any, key: str = "shop", before: EventSource | None = None, **fields: Any
) -> dict[str, str]:
    """By field, within the environment where they lie in it."""
    sent = {"name": "Shop", "environment_settings": {"development": environment}, **fields}
    try:
        validate_source(key, sent, before, ["development"])
    except InvalidParamsError as error:
        return {
            one.field.removeprefix("environment_settings.development."): one.message for one in error.problems
        }
    return {}


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"settings": None, "mappings": None},
        {"settings": {"user_id_path": "body.who", "timestamp_path": None, "enforce_verification": True}},
        {"mappings": [PAID, mapping("paid", "receipt"), mapping("sent", "thanks")]},
        {"mappings": [{**PAID, "is_deleted": True}, PAID]},
        {"mappings": [mapping("paid", "thanks", "body", actor=None, data={"n": "headers.x-n"})]},
    ],
)
def test_what_can_be_set_is_set(environment: Any) -> None:
    assert problems(environment) == {}


@pytest.mark.parametrize(
    ("environment", "field", "message"),
    [
        (5, "environment_settings.development", "must be an object"),
        ({"settings": {"user_id_path": "who"}}, "settings.user_id_path", "must be a path into what is sent"),
        ({"settings": {"data_path": "body..x"}}, "settings.data_path", "must be a path into what is sent"),
        ({"settings": {"event_bus_source": "com.acme"}}, "settings.event_bus_source", "kind eventbridge"),
        ({"settings": {"enforce_verification": False}}, "settings.enforce_verification", "from anybody"),
        ({"settings": {"preprocess_script": {}}}, "settings.preprocess_script", "scripts are not supported"),
        ({"mappings": [PAID] * (MAX_MAPPINGS + 1)}, "mappings", "up to 100 mappings"),
        ({"mappings": [5]}, "mappings.0", "must be an object"),
        ({"mappings": [{}]}, "mappings.0.event_type", "can't be blank"),
        ({"mappings": [PAID, PAID]}, "mappings.1", "triggers 'thanks' by 'paid' already"),
        (
            {"mappings": [{**PAID, "action_type": "users_identify"}]},
            "mappings.0.action_type",
            "actions other than workflows_trigger are not supported",
        ),
        (
            {"mappings": [mapping("paid", "Not A Key")]},
            "mappings.0.action_parameters.key",
            "names the workflow",
        ),
        (
            {"mappings": [mapping("paid", "thanks", colour="body.red")]},
            "mappings.0.action_parameters.colour",
            "there is no such parameter",
        ),
        (
            {"mappings": [mapping("paid", "thanks", data={"n": 5})]},
            "mappings.0.action_parameters.data.n",
            "must be a string",
        ),
    ],
)
def test_what_cannot_be_is_named_by_its_field(environment: Any, field: str, message: str) -> None:
    assert message in problems(environment)[field]


def test_a_source_stays_what_it_is() -> None:
    before = EventSource("shop", "Shop", SourceKind.HTTP, NOW, NOW)

    assert "is http" in problems({}, before=before, kind="eventbridge")["kind"]
    assert problems({}, before=before) == {}
    assert list(problems({}, key="Shop!")) == ["key"]
