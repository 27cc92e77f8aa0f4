"""The providers, in one explicit table: provider key -> its module, which is imported where somebody asks for it.

Each module has a `SPEC` (what may be said of a channel) and, if something is sent, `make(tools)`. Beside those that
report later lies `<module>_receipts`, with `receipts(hook)`, perhaps `challenge(hook)`, and the `SETTINGS` and
`SECRETS` that these need beside the provider's own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from tocsin.channels.base import Send
from tocsin.channels.hooks import Reporter
from tocsin.channels.outbound.requests import Http
from tocsin.domain.providers import Provider, with_tracking

if TYPE_CHECKING:
    from tocsin.channels.outbound.dialing import Dialer

MODULES: Mapping[str, str] = {
    "chat_apprise": "chat.apprise",
    "chat_discord": "chat.discord",
    "chat_ms_teams": "chat.ms_teams",
    "chat_slack": "chat.slack",
    "chat_telegram": "chat.telegram",
    "chat_whatsapp": "chat.whatsapp",
    "email_aws_ses": "email.ses",
    "email_mailersend": "email.mailersend",
    "email_mailgun": "email.mailgun",
    "email_mailjet": "email.mailjet",
    "email_postmark": "email.postmark",
    "email_resend": "email.resend",
    "email_sendgrid": "email.sendgrid",
    "email_smtp": "email.smtp",
    "email_sparkpost": "email.sparkpost",
    "http_knock_webhook": "webhook.http",
    "in_app_feed_knock": "in_app.feed",
    "in_app_guide_knock": "in_app.guide",
    "push_apns": "push.apns",
    "push_aws_sns": "push.sns",
    "push_expo": "push.expo",
    "push_fcm": "push.fcm",
    "push_one_signal": "push.one_signal",
    "sms_aws_sns": "sms.sns",
    "sms_messagebird": "sms.messagebird",
    "sms_plivo": "sms.plivo",
    "sms_sinch": "sms.sinch",
    "sms_telnyx": "sms.telnyx",
    "sms_twilio": "sms.twilio",
    "sms_vonage": "sms.vonage",
}
REPORTING = frozenset(
    {
        "chat_whatsapp",
        "email_mailersend",
        "email_mailgun",
        "email_mailjet",
        "email_postmark",
        "email_resend",
        "email_sendgrid",
        "email_sparkpost",
        "sms_messagebird",
        "sms_plivo",
        "sms_sinch",
        "sms_telnyx",
        "sms_twilio",
        "sms_vonage",
    }
)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a provider may be made with: AWS clients by service, the one HTTP client, connections for what speaks no
    HTTP, the time, and the SES configuration set whose events become receipts."""

    client: Callable[[str], Any]
    http: Http
    dialer: "Dialer"
    clock: Callable[[], datetime]
    ses_configuration_set: str


def spec_of(key: object) -> Provider | None:
    """What may be said of a channel of that provider; None where there is no such provider."""
    module = _module(key)
    if module is None:
        return None
    spec: Provider = module.SPEC
    return with_tracking(_with_receipts(key, spec))


def all_specs() -> dict[str, Provider]:
    """Of every provider, which imports them all."""
    return {key: spec for key in MODULES if (spec := spec_of(key)) is not None}


def sender_of(key: str, tools: Tools) -> Send | None:
    """How that provider sends; None for what is not sent, and where there is no such provider."""
    make: Callable[[Tools], Send] | None = getattr(_module(key), "make", None)
    return make(tools) if make else None


def reporter_of(key: str) -> Reporter | None:
    """How that provider's calls are read; None for those that make none."""
    module = _receipts(key)
    return Reporter(module.receipts, getattr(module, "challenge", None)) if module else None


def _with_receipts(key: object, spec: Provider) -> Provider:
    """What its receipts need may be said of its channels, too."""
    module = _receipts(key)
    settings, secrets = getattr(module, "SETTINGS", {}), getattr(module, "SECRETS", {})
    return replace(spec, settings={**spec.settings, **settings}, secrets={**spec.secrets, **secrets})


def _receipts(key: object) -> ModuleType | None:
    return import_module(f"tocsin.channels.{MODULES[str(key)]}_receipts") if key in REPORTING else None


def _module(key: object) -> ModuleType | None:
    name = MODULES.get(key) if isinstance(key, str) else None
    return import_module(f"tocsin.channels.{name}") if name else None
