"""Validation of the Liquid in settings of steps that send nothing: a slip of the pen would end every run there."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import mapping_in, under
from tocsin.engine.steps import (
    batch,
    http_fetch,
    random_cohort,
    throttle,
    trigger_workflow,
    update_data,
    update_object,
    update_tenant,
    update_user,
)
from tocsin.usecases.check_liquid import liquid

LIQUID_SETTINGS: Mapping[str, tuple[str, ...]] = {
    batch.TYPE: ("batch_key",),
    http_fetch.TYPE: ("url", "headers", "query_params", "body"),
    throttle.TYPE: ("throttle_key",),
    trigger_workflow.TYPE: ("workflow_key", "recipients", "actor", "tenant", "data", "cancellation_key"),
    update_data.TYPE: ("data",),
    update_object.TYPE: ("recipient_gid", "update_properties"),
    update_tenant.TYPE: ("recipient_gid", "update_properties"),
    update_user.TYPE: ("recipient_gid", "update_properties"),
}

Fields = Mapping[str, Any]


def liquid_settings_problems(step: Fields) -> Iterator[FieldProblem]:
    if step["type"] == random_cohort.TYPE:
        yield from liquid(step, "cohort_key")
    settings = mapping_in(step, "settings")
    for field in LIQUID_SETTINGS.get(step["type"], ()):
        yield from under("settings", _field_problems(settings, field))


def _field_problems(settings: Fields, field: str) -> Iterator[FieldProblem]:
    """One template, or a list of pairs whose keys and values are some."""
    yield from liquid(settings, field)
    value = settings.get(field)
    for number, pair in enumerate(value if isinstance(value, list) else ()):
        if isinstance(pair, dict):
            yield from under(f"{field}.{number}", liquid(pair, "key"))
            yield from under(f"{field}.{number}", liquid(pair, "value"))
