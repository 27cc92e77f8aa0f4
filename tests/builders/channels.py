"""Channels of every provider that keeps data of recipients, as rows: no provider is needed to set it."""

from datetime import UTC, datetime

from tocsin.domain.channels import Channel
from tocsin.lambda_kit.services import Services

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
PROVIDERS = (
    "push_fcm",
    "push_apns",
    "push_expo",
    "push_aws_sns",
    "push_one_signal",
    "chat_slack",
    "chat_ms_teams",
    "chat_discord",
    "sms_twilio",
    "http_knock_webhook",
    "chat_whatsapp",
    "chat_telegram",
    "chat_apprise",
)


def channel(provider: str) -> Channel:
    number = PROVIDERS.index(provider) + 1
    kind = provider.split("_")[0]
    return Channel(
        id=f"00000000-0000-4000-a000-{number:012d}",
        key=provider,
        name=provider,
        type=kind,
        provider=provider,
        created_at=MADE_AT,
        updated_at=MADE_AT,
    )


def put_channel(services: Services, provider: str, env: str = "development") -> str:
    """Its id."""
    made = channel(provider)
    services.channels.put(env, made)
    return made.id
