"""All routes of the management API."""

from functions.management import (
    account,
    channel_groups,
    channels,
    commits,
    environments,
    guides,
    keys,
    layouts,
    partials,
    preferences,
    signing_keys,
    translations,
    variables,
    workflows,
)
from functions.management.router import ACCESS, router

__all__ = [
    "ACCESS",
    "account",
    "channel_groups",
    "channels",
    "commits",
    "environments",
    "guides",
    "keys",
    "layouts",
    "partials",
    "preferences",
    "router",
    "signing_keys",
    "translations",
    "variables",
    "workflows",
]
