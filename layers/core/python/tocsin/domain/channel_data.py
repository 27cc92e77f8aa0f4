"""What a channel needs to know of a recipient: tokens of devices, connections to chats. One shape for each provider.

Push knows `tokens` and `devices`, two views of one thing: whichever is sent, both are kept and both name the same.
Ids of Slack, Teams and Discord are taken as text, whatever format the reference's schema gives them: real ones
(Teams' `19:…@thread.tacv2`) do not keep to it. What nobody asked for is kept as it came.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.channels import Channel
from tocsin.domain.connections import key_of
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.field_checks import mapping, mapping_in, text, under
from tocsin.domain.ids import is_uuid

MAX_CHANNEL_DATA_BYTES = 256 * 1024
_TOO_LARGE = f"must be at most {MAX_CHANNEL_DATA_BYTES} bytes of JSON, as it is kept"

Data = dict[str, Any]
Problems = Iterator[FieldProblem]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a provider's data is checked, and how it is written down once it is right."""

    check: Callable[[Mapping[str, Any]], Problems]
    normal: Callable[[Data], Data] = dict


def checked(channel: Channel, data: object, field: str = "data") -> Data:
    """The data as it is to be kept. Raises InvalidParamsError with all that is wrong, by field."""
    problems = list(under(field, _problems(channel, data)))
    if problems or not isinstance(data, dict):
        raise InvalidParamsError(problems)
    kept = SHAPES[channel.provider].normal(data)
    if _is_too_large(kept):  # a token that is sent as four characters is kept as a device of fifty
        raise InvalidParamsError([FieldProblem(field, _TOO_LARGE, "too_long")])
    return kept


def connection_problem(provider: str, connection: object) -> str | None:
    """Why a message cannot go to it; None where it can."""
    shape = SHAPES.get(provider)
    if shape is None or not provider.startswith("chat_"):
        return f"{provider} has no connections"
    found = next(shape.check({"connections": [connection]}), None)
    if found is not None:
        field = found.field.removeprefix("connections.0").lstrip(".")
        return f"{field}: {found.message}" if field else found.message
    if not isinstance(connection, dict) or not key_of(connection):
        return "it names neither a channel nor a person"
    return None


def _problems(channel: Channel, data: object) -> Problems:
    shape = SHAPES.get(channel.provider)
    if shape is None:
        text_ = f"the channel {channel.key!r} ({channel.provider}) takes no channel data"
        yield FieldProblem("", text_, "unsupported")
    elif not isinstance(data, dict):
        yield FieldProblem("", "must be an object", "dict_type")
    elif _is_too_large(data):
        yield FieldProblem("", _TOO_LARGE, "too_long")
    else:
        yield from shape.check(data)


def _is_too_large(data: Data) -> bool:
    return len(json_text.dumps(data).encode()) > MAX_CHANNEL_DATA_BYTES


def _each(
    owner: Mapping[str, Any], field: str, check: Callable[[object], Problems], *, required: bool = True
) -> Problems:
    """A list and each of its elements."""
    value = owner.get(field)
    if value is None:
        if required:
            yield FieldProblem(field, "must be a list", "missing")
    elif not isinstance(value, list):
        yield FieldProblem(field, "must be a list", "list_type")
    else:
        for place, element in enumerate(value):
            yield from under(f"{field}.{place}", check(element))


def _name(value: object) -> Problems:
    """A token or an id: text that is not blank."""
    if not isinstance(value, str):
        yield FieldProblem("", "must be a string", "string_type")
    elif not value.strip():
        yield FieldProblem("", "can't be blank", "missing")


# --- push: a list of names, and the same as a list of devices


def _push(names: str, name: str) -> Shape:
    """`names` is the list's field (`tokens`), `name` that of a device (`token`)."""

    def device(value: object) -> Problems:
        if not isinstance(value, dict):
            yield FieldProblem("", "must be an object", "dict_type")
            return
        yield from text(value, name, required=True)
        yield from text(value, "locale")
        yield from text(value, "timezone")

    def check(data: Mapping[str, Any]) -> Problems:
        if data.get(names) is None and data.get("devices") is None:
            yield FieldProblem(names, f"send a list of `{names}` or of `devices`", "missing")
            return
        found = [*_each(data, names, _name, required=False), *_each(data, "devices", device, required=False)]
        yield from found
        if not found and not _agree(data):
            other = f"`{names}` and `devices` name different ones; send one of the two lists"
            yield FieldProblem(names, other, "ambiguous")

    def _agree(data: Mapping[str, Any]) -> bool:
        listed, devices = data.get(names), data.get("devices")
        return listed is None or devices is None or set(listed) == {one[name] for one in devices}

    def normal(data: Data) -> Data:
        """Each device once: where one is named again, the later words count."""
        sent = data.get("devices")
        devices = sent if sent is not None else [{name: one} for one in data[names]]
        unique = {one[name]: {name: one[name], "locale": None, "timezone": None, **one} for one in devices}
        return {**data, names: list(unique), "devices": list(unique.values())}

    return Shape(check, normal)


def _player_id(value: object) -> Problems:
    yield from _name(value)
    if isinstance(value, str) and value.strip() and not is_uuid(value):
        yield FieldProblem("", "must be a UUID", "uuid_parsing")


def _one_signal(data: Mapping[str, Any]) -> Problems:
    yield from _each(data, "player_ids", _player_id)


# --- chat: connections, each a webhook or something the provider knows by name


# What an incoming webhook's URL is like, and how it is called. Services by Apprise have its own schemes.
_WEB_URL = (re.compile("https?://"), "an http(s) URL")
_APPRISE_URL = (
    re.compile("[A-Za-z][A-Za-z0-9]*://[^/]"),
    "a URL of Apprise, such as ntfys://ntfy.sh/orders",
)


def _webhook(owner: Mapping[str, Any], form: tuple[re.Pattern[str], str]) -> Problems:
    webhook = owner["incoming_webhook"]
    if not isinstance(webhook, dict):
        yield FieldProblem("incoming_webhook", "must be an object", "dict_type")
        return
    problems = list(text(webhook, "url", required=True))
    pattern, what = form
    if not problems and not pattern.match(webhook["url"]):
        problems = [FieldProblem("url", f"must be {what}", "url_parsing")]
    yield from under("incoming_webhook", problems)


def _connection(
    *fields: str, beside: tuple[str, ...] = (), webhook: tuple[re.Pattern[str], str] | None = _WEB_URL
) -> Callable[[object], Problems]:
    """A connection has a webhook, or at least one of `fields`; they and what is `beside` them are text or null."""
    ways = (*(("incoming_webhook",) if webhook else ()), *fields)

    def check(value: object) -> Problems:
        if not isinstance(value, dict):
            yield FieldProblem("", "must be an object", "dict_type")
        elif webhook and value.get("incoming_webhook") is not None:
            yield from _webhook(value, webhook)
        elif all(value.get(field) is None for field in fields):
            yield FieldProblem("", f"needs {' or '.join(f'`{way}`' for way in ways)}", "missing")
        else:
            for field in (*fields, *beside):
                yield from text(value, field, required=value.get(field) is not None)

    return check


_slack_connection = _connection("access_token", "channel_id", "user_id", beside=("channel_name",))
_teams_connection = _connection(
    "ms_teams_channel_id", "ms_teams_user_id", "ms_teams_team_id", "ms_teams_tenant_id"
)
_discord_connection = _connection("channel_id")
_telegram_connection = _connection("chat_id", webhook=None)
_apprise_connection = _connection(webhook=_APPRISE_URL)


def _apprise(data: Mapping[str, Any]) -> Problems:
    yield from _each(data, "connections", _apprise_connection)


def _slack(data: Mapping[str, Any]) -> Problems:
    yield from _each(data, "connections", _slack_connection)
    yield from mapping(data, "token")
    token = mapping_in(data, "token")
    if "access_token" not in token and isinstance(data.get("token"), dict):
        yield FieldProblem("token.access_token", "must be there, as text or null", "missing")
    yield from under("token", text(token, "access_token"))


def _teams(data: Mapping[str, Any]) -> Problems:
    yield from _each(data, "connections", _teams_connection)
    yield from text(data, "ms_teams_tenant_id")


def _discord(data: Mapping[str, Any]) -> Problems:
    yield from _each(data, "connections", _discord_connection)


def _telegram(data: Mapping[str, Any]) -> Problems:
    yield from _each(data, "connections", _telegram_connection)


_TOKENS = _push("tokens", "token")

# Providers that are not here (email, SMS, the in-app feed, webhooks, WhatsApp) find all they need in the
# recipient's own properties, or need nothing.
SHAPES = {
    "push_fcm": _TOKENS,
    "push_apns": _TOKENS,
    "push_expo": _TOKENS,
    "push_aws_sns": _push("target_arns", "target_arn"),
    "push_one_signal": Shape(_one_signal),
    "chat_apprise": Shape(_apprise),
    "chat_slack": Shape(_slack),
    "chat_ms_teams": Shape(_teams),
    "chat_discord": Shape(_discord),
    "chat_telegram": Shape(_telegram),
}
