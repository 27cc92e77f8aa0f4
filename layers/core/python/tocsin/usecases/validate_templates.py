"""Validation of what a channel step says: Liquid syntax and the fields of each channel type's template."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tocsin.domain.channels import CHAT, EMAIL, HTTP, IN_APP_FEED, PUSH, SMS
from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import flag, mapping, mapping_in, under
from tocsin.domain.http_requests import METHODS, reserved_header_problems
from tocsin.domain.payload_overrides import PAYLOAD_OVERRIDES
from tocsin.domain.providers import OPEN_TRACKING, TRACKING, payload_overrides
from tocsin.usecases.check_liquid import liquid_text
from tocsin.usecases.validate_chat import chat_template
from tocsin.usecases.validate_email import email_template

MAX_BUTTONS = 2
EMAIL_OVERRIDES = ("to_address", "from_address", "from_name", "reply_to_address", "cc_address", "bcc_address")
DELIVERY_TYPES = ("content", "silent")

Fields = Mapping[str, Any]


def in_app_feed_template(template: Fields, _: Iterable[str]) -> Iterator[FieldProblem]:
    yield from liquid_text(template, "markdown_body", required=True)
    yield from liquid_text(template, "action_url")
    buttons = template.get("action_buttons")
    if buttons is None:
        return
    if not isinstance(buttons, list):
        yield FieldProblem("action_buttons", "must be a list", "list_type")
        return
    if len(buttons) > MAX_BUTTONS:
        yield FieldProblem(
            "action_buttons", f"has {len(buttons)} buttons; {MAX_BUTTONS} are allowed", "too_long"
        )
    for index, button in enumerate(buttons):
        yield from under(f"action_buttons.{index}", _button(button))


def _button(button: object) -> Iterator[FieldProblem]:
    if not isinstance(button, dict):
        yield FieldProblem("", "must be an object with `label` and `action`", "dict_type")
        return
    yield from liquid_text(button, "label", required=True)
    yield from liquid_text(button, "action", required=True)


def sms_template(template: Fields, _: Iterable[str]) -> Iterator[FieldProblem]:
    yield from liquid_text(template, "text_body", required=True)
    yield from mapping(template, "settings")
    settings = mapping_in(template, "settings")
    yield from under("settings", liquid_text(settings, "to_number"))
    yield from under("settings", _overrides(settings, PAYLOAD_OVERRIDES))


def push_template(template: Fields, _: Iterable[str]) -> Iterator[FieldProblem]:
    """A silent one says nothing to anybody, so it needs no words."""
    settings = mapping_in(template, "settings")
    kind = settings.get("delivery_type") or "content"
    yield from liquid_text(template, "title", required=kind != "silent")
    yield from liquid_text(template, "text_body", required=kind != "silent")
    yield from mapping(template, "settings")
    if kind not in DELIVERY_TYPES:
        yield FieldProblem("settings.delivery_type", f"must be one of {', '.join(DELIVERY_TYPES)}", "enum")
    yield from under("settings", _overrides(settings, PAYLOAD_OVERRIDES))


def _overrides(settings: Fields, field: str) -> Iterator[FieldProblem]:
    yield from liquid_text(settings, field)
    source = settings.get(field)
    if isinstance(source, str) and source.strip():
        yield from under(field, payload_overrides(source))


def http_template(template: Fields, _: Iterable[str]) -> Iterator[FieldProblem]:
    """The whole request, or nothing at all: then the channel's own is sent."""
    if template:
        yield from liquid_text(template, "url", required=True)
    yield from liquid_text(template, "body")
    method = template.get("method")
    if method is not None and (not isinstance(method, str) or method.lower() not in METHODS):
        yield FieldProblem("method", f"must be one of {', '.join(METHODS)}", "enum")
    for field in ("headers", "query_params"):
        yield from under(field, _pairs(template.get(field)))
    yield from under("headers", reserved_header_problems(template.get("headers")))


def _pairs(pairs: object) -> Iterator[FieldProblem]:
    if not isinstance(pairs, list | None):
        yield FieldProblem("", "must be a list of objects with `key` and `value`", "list_type")
        return
    for index, pair in enumerate(pairs or ()):
        if not isinstance(pair, dict):
            yield FieldProblem(str(index), "must be an object with `key` and `value`", "dict_type")
            continue
        yield from under(str(index), liquid_text(pair, "key", required=True))
        yield from under(str(index), liquid_text(pair, "value"))


def email_overrides(overrides: Fields) -> Iterator[FieldProblem]:
    for field in EMAIL_OVERRIDES:
        yield from liquid_text(overrides, field)
    yield from _overrides(overrides, "json_overrides")
    yield from _tracking(EMAIL, overrides)


def in_app_feed_overrides(overrides: Fields) -> Iterator[FieldProblem]:
    yield from _tracking(IN_APP_FEED, overrides)


def _tracking(channel_type: str, overrides: Fields) -> Iterator[FieldProblem]:
    for field in TRACKING[channel_type]:
        yield from flag(overrides, field)
    if overrides.get(OPEN_TRACKING) and OPEN_TRACKING not in TRACKING[channel_type]:
        yield FieldProblem(OPEN_TRACKING, "only an email can tell that it was opened", "misplaced")


def sms_overrides(overrides: Fields) -> Iterator[FieldProblem]:
    yield from _tracking(SMS, overrides)


def push_overrides(overrides: Fields) -> Iterator[FieldProblem]:
    yield from flag(overrides, "token_deregistration")


def chat_overrides(overrides: Fields) -> Iterator[FieldProblem]:
    yield from _tracking(CHAT, overrides)
    yield from flag(overrides, "email_based_user_id_resolution")


def http_overrides(overrides: Fields) -> Iterator[FieldProblem]:
    yield from (FieldProblem(field, "webhooks have no overrides", "extra_forbidden") for field in overrides)


TEMPLATES: Mapping[str, Callable[[Fields, Mapping[str, bool]], Iterator[FieldProblem]]] = {
    EMAIL: email_template,
    IN_APP_FEED: in_app_feed_template,
    SMS: sms_template,
    PUSH: push_template,
    CHAT: chat_template,
    HTTP: http_template,
}
OVERRIDES: Mapping[str, Callable[[Fields], Iterator[FieldProblem]]] = {
    EMAIL: email_overrides,
    IN_APP_FEED: in_app_feed_overrides,
    SMS: sms_overrides,
    PUSH: push_overrides,
    CHAT: chat_overrides,
    HTTP: http_overrides,
}
