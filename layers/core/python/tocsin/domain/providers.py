"""What may be said of a channel: settings and secrets by name, each with a check. Every provider's file has a `SPEC`
of these; validation, the management API, the command and the docs follow from it.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from tocsin.domain import json_text
from tocsin.domain.channels import CHAT, EMAIL, IN_APP_FEED, SMS
from tocsin.domain.delivery_settings import DELIVERY_CHECKS, NOT_SENT
from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import flag, text, under
from tocsin.domain.http_requests import METHODS, reserved_header_problems
from tocsin.domain.payload_overrides import PAYLOAD_OVERRIDES, overrides_problem

# All channels of an environment are read together, with every message.
MAX_SETTINGS_BYTES = 32 * 1024
MAX_SECRET = 10_000
# How OneSignal finds people: by subscriptions that are channel data, or by our own ids of them.
PLAYER_ID, EXTERNAL_ID = "player_id", "external_id"
LOOPBACK = frozenset({"127.0.0.1", "localhost"})
SIGNING_KEY_BYTES = range(24, 65)  # what the Standard Webhooks specification allows
MAKE_A_SIGNING_KEY = 'echo "whsec_$(openssl rand -base64 32)"'

Problems = Iterator[FieldProblem]
Check = Callable[[Any], Problems]


@dataclass(frozen=True, slots=True)
class Setting:
    """`check` is given what is there, which is never None. All texts of a Liquid one are rendered for each message."""

    check: Check
    required: bool = False
    liquid: bool = False
    is_json: bool = False


@dataclass(frozen=True, slots=True)
class Provider:
    """`one_of`: settings of which at least one must be there."""

    type: str
    settings: Mapping[str, Setting] = field(default_factory=dict)
    secrets: Mapping[str, Check] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()

    @property
    def accepted(self) -> Mapping[str, Setting]:
        """Its own settings, and those by which every channel says how it delivers."""
        return self.settings if self.type in NOT_SENT else {**self.settings, **DELIVERY_SETTINGS}


DELIVERY_SETTINGS: Mapping[str, Setting] = {
    name: Setting(check, is_json=True) for name, check in DELIVERY_CHECKS.items()
}


def merged(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """What is left out stays, null takes it away."""
    return {name: value for name, value in {**before, **changes}.items() if value is not None}


def settings_problems(provider: Provider, before: Mapping[str, Any], changes: Mapping[str, Any]) -> Problems:
    """What is wrong with the changes, and what is still missing after them."""
    for name, value in changes.items():
        setting = provider.accepted.get(name)
        if setting is None:
            yield _unknown_setting(provider, name)
        elif value is not None:
            yield from under(name, setting.check(value))
    settings = merged(before, changes)
    for name, setting in provider.settings.items():
        if setting.required and name not in settings:
            yield FieldProblem(name, "can't be blank", "missing")
    if provider.one_of and settings.keys().isdisjoint(provider.one_of):
        yield FieldProblem(provider.one_of[0], f"can't be blank without {provider.one_of[-1]}", "missing")
    size = len(json_text.dumps(settings).encode())
    if size > MAX_SETTINGS_BYTES:
        yield FieldProblem("", f"are {size} bytes of JSON; {MAX_SETTINGS_BYTES} are allowed", "too_long")


def secrets_problems(provider: Provider, changes: Mapping[str, Any]) -> Problems:
    """No message repeats what was given."""
    for name, value in changes.items():
        check = provider.secrets.get(name)
        if check is None:
            what = _listed("the secrets", provider.secrets)
            yield FieldProblem(name, f"there is no such secret; this provider has {what}", "extra_forbidden")
        elif value is not None:
            yield from under(name, check(value))


def _unknown_setting(provider: Provider, name: str) -> FieldProblem:
    if name in provider.secrets:
        return FieldProblem(
            name, "is a secret; send it under `secrets`, where nobody reads it back", "misplaced"
        )
    what = _listed("the settings", provider.accepted)
    return FieldProblem(name, f"there is no such setting; this provider has {what}", "extra_forbidden")


def _listed(what: str, names: Mapping[str, object]) -> str:
    return f"{what} {', '.join(names)}" if names else "none"


# --- what a value may be


def plain_text(value: Any) -> Problems:
    yield from text({"": value}, "", required=True)


def email_address(value: Any) -> Problems:
    """One mailbox, such as `hello@example.com`; what Liquid will make of a template is not known yet."""
    yield from plain_text(value)
    if _is_fixed(value) and not re.fullmatch(r"[^@\s,<>]+@[^@\s,<>]+", value.strip()):
        yield FieldProblem("", "must be one email address without a name", "pattern")


def web_url(value: Any) -> Problems:
    """Unencrypted only to the machine itself, which is a stack on a laptop."""
    yield from plain_text(value)
    if not _is_fixed(value):
        return
    try:
        parts = urlsplit(value.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        yield FieldProblem("", f"cannot be read as a URL: {error}", "url_parsing")
        return
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)):
        yield FieldProblem("", "must begin with https:// and name a host", "url_scheme")
    elif parts.username or parts.password:
        yield FieldProblem("", "must carry no user name or password; send them as a header", "url_userinfo")


def http_method(value: Any) -> Problems:
    if not isinstance(value, str) or value.lower() not in METHODS:
        yield FieldProblem("", f"must be one of {', '.join(METHODS)}", "enum")


def matching(pattern: str, what: str) -> Check:
    """Text of one form; `what` ends the sentence "must be"."""

    def check(value: Any) -> Problems:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield FieldProblem("", f"must be {what}", "pattern")

    return check


def choice(*values: str) -> Check:
    def check(value: Any) -> Problems:
        if value not in values:
            yield FieldProblem("", f"must be one of {', '.join(values)}", "enum")

    return check


def switch(value: Any) -> Problems:
    yield from flag({"": value}, "")


def key_value_pairs(value: Any) -> Problems:
    if not isinstance(value, list):
        yield FieldProblem("", "must be a list of objects with `key` and `value`", "list_type")
        return
    for index, pair in enumerate(value):
        if not isinstance(pair, dict) or pair.keys() - {"key", "value"}:
            yield FieldProblem(str(index), "must be an object with `key` and `value`", "dict_type")
            continue
        yield from under(str(index), text(pair, "key", required=True))
        yield from under(str(index), text(pair, "value"))


def http_headers(value: Any) -> Problems:
    yield from key_value_pairs(value)
    yield from reserved_header_problems(value)


def payload_overrides(value: Any) -> Problems:
    """Liquid that renders to a JSON object; what is no Liquid has to be one already."""
    yield from plain_text(value)
    if _is_fixed(value):
        yield from (FieldProblem("", problem, "json_type") for problem in _overrides_problems(value))


def _overrides_problems(text: str) -> Iterator[str]:
    try:
        problem = overrides_problem(json_text.loads_sent(text))
    except (ValueError, RecursionError) as error:
        problem = f"is not JSON: {error}"
    if problem:
        yield problem


def _is_fixed(value: Any) -> bool:
    """Text that is the same for every message."""
    return isinstance(value, str) and bool(value.strip()) and "{{" not in value and "{%" not in value


def header_token(value: Any) -> Problems:
    """It travels in a header, which takes no spaces and nothing that cannot be seen."""
    if not isinstance(value, str) or not re.fullmatch(rf"[!-~]{{1,{MAX_SECRET}}}", value):
        message = f"must be text of 1 to {MAX_SECRET} visible ASCII characters"
        yield FieldProblem("", message, "pattern")


def webhook_signing_key(value: Any) -> Problems:
    prefix, _, encoded = value.partition("_") if isinstance(value, str) else ("", "", "")
    try:
        size = len(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if prefix != "whsec" or size not in SIGNING_KEY_BYTES:
        sizes = f"{SIGNING_KEY_BYTES[0]} to {SIGNING_KEY_BYTES[-1]} random bytes"
        message = f"must be whsec_ and then {sizes} in base64; `{MAKE_A_SIGNING_KEY}` makes one"
        yield FieldProblem("", message, "pattern")


host_name = matching(
    r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*",
    "the name of a host, such as mail.example.com",
)
# An id that stands in a URL's path.
path_word = matching(r"[A-Za-z0-9_-]{1,200}", "an id of letters, digits, hyphens and underscores")
# A public key, or its parts, as vendors show it: base64 in one line.
base64_key = matching(
    r"[A-Za-z0-9+/]{40,1000}={0,2}", "a public key in base64, without its BEGIN and END lines"
)
# Whom SMS come from, as most providers take it.
sms_sender = matching(
    r"\+?[0-9]{3,15}|(?=.*[A-Za-z])[A-Za-z0-9 &._+-]{1,11}",
    "a number such as +14155550100, a short code, or a name of up to 11 letters and digits",
)

# What emails of every provider are sent from and to, unless a step says otherwise.
OPTIONAL_ADDRESS = Setting(email_address, liquid=True)
EMAIL_SETTINGS: Mapping[str, Setting] = {
    "from_address": Setting(email_address, required=True, liquid=True),
    "from_name": Setting(plain_text, liquid=True),
    "to_address": OPTIONAL_ADDRESS,
    "reply_to_address": OPTIONAL_ADDRESS,
    "cc_address": OPTIONAL_ADDRESS,
    "bcc_address": OPTIONAL_ADDRESS,
    "json_overrides": Setting(payload_overrides, liquid=True),
}
SMS_SETTINGS: Mapping[str, Setting] = {PAYLOAD_OVERRIDES: Setting(payload_overrides, liquid=True)}
PUSH_SETTINGS: Mapping[str, Setting] = {
    PAYLOAD_OVERRIDES: Setting(payload_overrides, liquid=True),
    "token_deregistration": Setting(switch, is_json=True),
}
LINK_TRACKING, OPEN_TRACKING = "link_tracking", "open_tracking"
# What channels of every provider may say of tracking, by their type; steps may say otherwise.
TRACKING: Mapping[str, tuple[str, ...]] = {
    EMAIL: (LINK_TRACKING, OPEN_TRACKING),
    SMS: (LINK_TRACKING,),
    CHAT: (LINK_TRACKING,),
    IN_APP_FEED: (LINK_TRACKING,),
}


def with_tracking(provider: Provider) -> Provider:
    switches = {name: Setting(switch, is_json=True) for name in TRACKING.get(provider.type, ())}
    return replace(provider, settings={**provider.settings, **switches})
