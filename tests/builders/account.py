"""An account to test in: two environments, an in-app and an email channel in each, one key of each kind."""

from datetime import datetime, timedelta

from tocsin.domain.channels import Channel
from tocsin.domain.environments import ApiKey, Environment, KeyKind, hash_of
from tocsin.lambda_kit.services import Services

SECRET_KEY = "sk_test_secret"
PUBLIC_KEY = "pk_test_public"
EXPIRED_KEY = "sk_test_expired"
SERVICE_TOKEN = "knock_st_service"
PRODUCTION_KEY = "sk_production_secret"
IN_APP_CHANNEL = "00000000-0000-4000-8000-000000000001"
EMAIL_CHANNEL = "00000000-0000-4000-8000-000000000002"


def populate(services: Services, now: datetime) -> None:
    for order, slug in enumerate(("development", "production")):
        services.environments.put(
            Environment(slug, slug.title(), order, now, now, variables={"base_url": "https://app.test"})
        )
        services.channels.put(
            slug, Channel(IN_APP_CHANNEL, "in-app", "In-app", "in_app_feed", "in_app_feed_knock", now, now)
        )
        settings = {"from_address": "hello@app.test", "from_name": "App"}
        services.channels.put(
            slug, Channel(EMAIL_CHANNEL, "email", "Email", "email", "email_aws_ses", now, now, settings)
        )
    yesterday = now - timedelta(days=1)
    for token, kind, environment, expires_at in (
        (SECRET_KEY, KeyKind.SECRET, "development", None),
        (PUBLIC_KEY, KeyKind.PUBLIC, "development", None),
        (PRODUCTION_KEY, KeyKind.SECRET, "production", None),
        (SERVICE_TOKEN, KeyKind.SERVICE, None, None),
        (EXPIRED_KEY, KeyKind.SECRET, "development", yesterday),
    ):
        key = ApiKey(token, hash_of(token), token[-4:], kind, token, environment, now, expires_at)
        services.api_keys.put(key)
