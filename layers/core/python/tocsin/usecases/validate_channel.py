"""Validation of what is said of a channel, against the provider's own settings and secrets."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.channels.registry import MODULES, spec_of
from tocsin.domain import json_text
from tocsin.domain.channels import IN_APP_FEED, IN_APP_GUIDE, Channel
from tocsin.domain.definition_content import key_problem
from tocsin.domain.delivery_settings import DELIVERY_CHECKS, FAILOVER, failover_problems
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.field_checks import first_per_field, flag, mapping, mapping_in, text, under
from tocsin.domain.providers import (
    MAX_SETTINGS_BYTES,
    Provider,
    merged,
    secrets_problems,
    settings_problems,
)
from tocsin.usecases.credentials import MAX_NAME
from tocsin.usecases.validate_conditions import conditions_problems

FIELDS = ("name", "type", "provider", "settings", "secrets", "conditions", "is_sandbox")

Json = Mapping[str, Any]
Problems = Iterator[FieldProblem]


def validate_channel(everywhere: Mapping[str, Mapping[str, Channel]], env: str, key: str, sent: Json) -> None:
    """`everywhere` are all channels by key, each as the environments have it. Raises InvalidParamsError, a problem for
    each wrong field."""
    known = everywhere.get(key, {})
    beside = {name: channels[env] for name, channels in everywhere.items() if env in channels}
    found = first_per_field(_problems(known, beside, env, key, sent))
    if found:
        raise InvalidParamsError(found)


def _problems(
    known: Mapping[str, Channel], beside: Mapping[str, Channel], env: str, key: str, sent: Json
) -> Problems:
    problem = key_problem(key)
    if problem:
        yield FieldProblem("key", problem, "pattern")
    for field in sorted(sent.keys() - set(FIELDS)):
        yield FieldProblem(field, f"there is no such field; there are {', '.join(FIELDS)}", "extra_forbidden")
    yield from text(sent, "name", required=not known or "name" in sent, longest=MAX_NAME)
    yield from mapping(sent, "settings")
    yield from mapping(sent, "secrets")
    yield from flag(sent, "is_sandbox")
    yield from _conditions(sent)
    name = sent.get("provider") or next((channel.provider for channel in known.values()), None)
    provider = spec_of(name)
    if provider is None:
        yield _unknown_provider(name)
        return
    yield from _contradictions(known, name, provider, sent)
    yield from _contents(provider, known.get(env), sent)
    yield from _failover(provider, key, beside, sent)


def _unknown_provider(name: object) -> FieldProblem:
    there_are = f"there are {', '.join(MODULES)}"
    if name is None:
        return FieldProblem("provider", f"can't be blank; {there_are}", "missing")
    return FieldProblem("provider", f"there is no provider {name!r}; {there_are}", "enum")


def _contradictions(known: Mapping[str, Channel], name: object, provider: Provider, sent: Json) -> Problems:
    for slug, channel in known.items():
        if name != channel.provider:
            message = f"is {channel.provider!r} in {slug}, and a channel keeps it; make another channel"
            yield FieldProblem("provider", message, "mismatch")
    if sent.get("type") not in (None, provider.type):
        yield FieldProblem("type", f"is {provider.type!r} with {name}", "mismatch")


def _contents(provider: Provider, before: Channel | None, sent: Json) -> Problems:
    changes = mapping_in(sent, "settings")
    yield from under("settings", settings_problems(provider, before.settings if before else {}, changes))
    yield from under("settings", _liquid_problems(provider, changes))
    yield from under("secrets", secrets_problems(provider, mapping_in(sent, "secrets")))
    if provider.type == IN_APP_GUIDE and sent.get("conditions"):
        message = "a guide is aimed by its own `target_property_conditions`"
        yield FieldProblem("conditions", message, "misplaced")
    if provider.type in (IN_APP_FEED, IN_APP_GUIDE) and sent.get("is_sandbox") is True:
        message = "what appears inside the product is not sent to anybody, so there is no sandbox for it"
        yield FieldProblem("is_sandbox", message, "misplaced")


def _failover(provider: Provider, key: str, beside: Mapping[str, Channel], sent: Json) -> Problems:
    before = beside[key].settings if key in beside else {}
    settings = merged(before, mapping_in(sent, "settings"))
    if FAILOVER not in settings or not any(DELIVERY_CHECKS[FAILOVER](settings[FAILOVER])):
        yield from under("settings", failover_problems(key, provider.type, settings, beside))


def _conditions(sent: Json) -> Problems:
    yield from mapping(sent, "conditions")
    yield from conditions_problems(sent)
    size = len(json_text.dumps(sent.get("conditions")).encode())
    if size > MAX_SETTINGS_BYTES:
        message = f"are {size} bytes of JSON; {MAX_SETTINGS_BYTES} are allowed"
        yield FieldProblem("conditions", message, "too_long")


def _liquid_problems(provider: Provider, settings: Json) -> Problems:
    # Liquid takes a while to import, and only saving needs it: reading the API stays quick from cold.
    from tocsin.rendering.guide_content import values_problems

    for name, value in settings.items():
        setting = provider.settings.get(name)
        if setting and setting.liquid and not any(setting.check(value)):
            found = values_problems(value, name)
            yield from (FieldProblem(field, message, "liquid_syntax") for field, message in found)
